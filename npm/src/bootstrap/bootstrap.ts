import { resolve } from "node:path";

import { commandWords, type Wishes } from "../arguments.js";
import { LauncherError, reasonOf } from "../errors.js";
import { handOver } from "../handover.js";
import type { Environment, Host } from "../host.js";
import type { PackageAssets, UvWheelPin } from "../package-assets.js";
import { commandLine } from "../program.js";
import { CONTROLLER } from "../python-modules.js";
import { findPython, type BasePython } from "../python/find.js";
import { buildEnvironment } from "../uv/build.js";
import { bringUv, locateUv, type UvSource } from "../uv/ensure.js";
import type { Uv } from "../uv/find.js";
import { requireWheel } from "./wheel.js";
import { ask, withoutConsent, downloadsText, verdict } from "./consent.js";
import { interruptible } from "./interruption.js";
import { demandSpace } from "./space.js";
import { withThrowAwayDirectory } from "./throw-away.js";

export interface Bootstrap {
  readonly host: Host;
  readonly assets: PackageAssets;
  readonly root: string;
  readonly program: string;
  readonly words: readonly string[];
  readonly wishes: Wishes;
  /** What is the matter with the runtime, after "the Python runtime of ktx". */
  readonly why: string;
  /** Whether there is somebody to ask. */
  readonly canAsk: boolean;
  /** What Python gets to know in any case. */
  readonly environment: Environment;
  /** Tell the user what goes on. */
  readonly say: (text: string) => void;
}

/** What the steps need besides: found before anything was changed, or made for this one call. */
interface Work extends Bootstrap {
  readonly python: BasePython;
  /** The user's own command line. */
  readonly retry: string;
  /** A directory that is gone afterwards. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/**
 * Run the controller where no runtime can be relied on: in an environment that is made for it and removed afterwards, so
 * that a repair needs nothing of what is broken. Its exit code. Throws `LauncherError`, or `Interrupted`.
 */
export async function bootstrap(call: Bootstrap): Promise<number> {
  requireWheel(call.assets);
  const { host, root, wishes } = call;
  const description = call.assets.runtime;
  const retry = commandLine(call.program, call.words, host.platform);
  const forbidden = wishes.offline && !wishes.wheelhouse ? "--offline forbids fetching it" : undefined;
  const python = await findPython(host, description.requiresPython);
  const source = await locateUv({ host, root, description, forbidden, retry });
  return await interruptible(async (signal) => {
    await requireConsent(call, source, signal);
    demandSpace(root, description, "pin" in source ? source.pin : undefined, retry);
    return await withThrowAwayDirectory(root, async (directory) => {
      const work: Work = { ...call, python, retry, directory, signal };
      const uv = "uv" in source ? source.uv : await obtainUv(work, source.pin);
      return await handOver(await buildController(work, uv), CONTROLLER, call.words, {
        ...call.environment,
        KTX_UV: uv.executable,
        KTX_BASE_PYTHON: python.executable,
        KTX_CONSENT: "granted",
      });
    });
  });
}

async function requireConsent(call: Bootstrap, source: UvSource, signal: AbortSignal): Promise<void> {
  const { host, why } = call;
  const answer = verdict(call.wishes, call.canAsk);
  if (answer === "granted") return;
  const prepare = commandLine(call.program, preparation(call.words), host.platform);
  if (answer === "refused") {
    const reason = `the Python runtime of ktx ${why}, and nobody can be asked to agree to installing it`;
    throw withoutConsent("consent-required", reason, prepare);
  }
  const pin = "pin" in source ? source.pin : undefined;
  const agreed = await ask(`${downloadsText(call.assets.runtime, why, pin, call.root)}\nInstall now? [Y/n] `, signal);
  if (!agreed) throw withoutConsent("consent-declined", "nothing was installed", prepare);
}

/** The words that prepare what `words` need. An install is its own preparation. */
function preparation(words: readonly string[]): string[] {
  const [first, second] = commandWords(words);
  const isInstall = first === "runtime" && second === "install";
  return [...(isInstall ? words.filter((word) => word !== "--no-input") : ["runtime", "install"]), "--yes"];
}

async function obtainUv(work: Work, pin: UvWheelPin): Promise<Uv> {
  const { host, python, directory, signal } = work;
  const description = work.assets.runtime;
  const wheelhouse = wheelhouseOf(work);
  const from = wheelhouse ? "from the wheelhouse" : `(${(pin.size / 1e6).toFixed(1)} MB)`;
  work.say(`fetching uv ${description.uv.version} ${from}`);
  const fetch = { host, description, pin, python, staging: directory, wheelhouse, signal };
  return await bringUv(fetch, work.root, work.retry);
}

/** An environment that can run the controller; its interpreter. */
async function buildController(work: Work, uv: Uv): Promise<string> {
  const { host, assets, python, directory, say, signal } = work;
  say(`preparing the installer with uv ${uv.version} and Python ${python.version}`);
  try {
    return await buildEnvironment({
      host,
      uv: uv.executable,
      python: python.executable,
      wheel: { path: assets.wheel, sha256: assets.runtime.wheel.sha256 },
      lock: assets.baseLock,
      directory,
      offline: work.wishes.offline,
      wheelhouse: wheelhouseOf(work),
      say,
      signal,
    });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const reason = `the installer could not be prepared: ${reasonOf(thrown)}`;
    const full = /no space left on device|os error 28\b|ENOSPC/i.test(reason);
    const strange = /uv says that|uv ended with exit code/.test(reason);
    const network = strange ? `set KTX_UV to a uv that works` : "check the network and the package index";
    const remedy = full ? `free some space at ${work.root}` : network;
    const hint = `${remedy}, then run: ${work.retry}`;
    throw new LauncherError("bootstrap-failed", reason, hint);
  }
}

function wheelhouseOf({ wishes, host }: Bootstrap): string | undefined {
  return wishes.wheelhouse ? resolve(host.workingDirectory, wishes.wheelhouse) : undefined;
}
