import { LauncherError, reasonOf } from "../errors.js";
import { setting, type Host } from "../host.js";
import { onPath } from "../on-path.js";
import type { RuntimeDescription, UvWheelPin } from "../package-assets.js";
import { fetchUvWheel, type Fetch } from "./fetch.js";
import { findUv, type Uv } from "./find.js";
import { keepUv, verifiedOwnUv } from "./own.js";
import { pinName, runsOnMusl } from "./platform.js";

/** A uv that is there, or what to fetch to have one. */
export type UvSource = { readonly uv: Uv } | { readonly pin: UvWheelPin };

export interface UvSearch {
  readonly host: Host;
  readonly root: string;
  readonly description: RuntimeDescription;
  /** Why nothing may be fetched, if so. */
  readonly forbidden: string | undefined;
  /** The command to give after uv has been installed by hand. */
  readonly retry: string;
}

/** Look for uv without changing anything. Throws a `LauncherError` when there is none and none may or can be fetched. */
export async function locateUv({ host, root, description, forbidden, retry }: UvSearch): Promise<UvSource> {
  const found = await findUv(host, description.uv);
  if (found) return { uv: found };
  const name = pinName(host, runsOnMusl);
  const pin = description.uv.wheels[name];
  const own = pin && verifiedOwnUv(root, description.uv, pin, host.platform);
  if (own) return { uv: own };
  if (setting(host, "KTX_UV_BOOTSTRAP") === "never")
    throw uvMissing("KTX_UV_BOOTSTRAP=never forbids fetching it", host, retry);
  if (forbidden) throw uvMissing(forbidden, host, retry);
  if (pin === undefined) throw uvMissing(`no copy is pinned for ${name}`, host, retry);
  return { pin };
}

/** Fetch, check and keep the pinned uv. */
export async function bringUv(fetch: Fetch, root: string, retry: string): Promise<Uv> {
  const { host, description, pin, signal } = fetch;
  try {
    return keepUv(root, description.uv, pin, await fetchUvWheel(fetch), host.platform);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw uvMissing(`fetching it failed: ${reasonOf(thrown)}`, host, retry);
  }
}

function uvMissing(reason: string, host: Host, retry: string): LauncherError {
  const ways: Partial<Record<NodeJS.Platform, string>> = {
    darwin: "brew install uv",
    win32: "winget install astral-sh.uv",
  };
  const way = ways[host.platform] ?? "pipx install uv";
  const unfit = [...onPath("uv", host)];
  const found = unfit.length > 0 ? `and ${unfit.join(", ")} is older or does not work` : "which is not on this machine";
  return new LauncherError(
    "uv-missing",
    `ktx needs uv, ${found}: ${reason}`,
    `install uv (${way}, or python -m pip install uv) or set KTX_UV to one, then run: ${retry}`,
  );
}
