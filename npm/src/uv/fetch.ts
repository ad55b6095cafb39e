import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { withoutForeignEnvironments } from "../environment.js";
import type { Host } from "../host.js";
import { get } from "../net/get.js";
import {
  configuredIndex,
  hideCredentials,
  settingsForPip,
  withoutCredentials,
  withPipSourcesOnly,
} from "../net/index-settings.js";
import { fileOn, projectPage, SIMPLE_API } from "../net/simple-index.js";
import type { RuntimeDescription, UvWheelPin } from "../package-assets.js";
import type { BasePython } from "../python/find.js";
import { run } from "../run.js";

const PIP_SECONDS = 600;
const PAGE_BYTES = 64 * 1024 * 1024;

/** What a fetch needs to know. */
export interface Fetch {
  readonly host: Host;
  readonly description: RuntimeDescription;
  readonly pin: UvWheelPin;
  readonly python: BasePython;
  /** An empty directory of ours. */
  readonly staging: string;
  readonly wheelhouse: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Fetch the pinned wheel of uv: from the wheelhouse if there is one, else from the user's package index, with pip, which
 * knows every setting of the user's and the company's, or by ourselves where there is no pip. The bytes are not checked
 * here. Rejects with what went wrong.
 */
export async function fetchUvWheel(fetch: Fetch): Promise<Buffer> {
  if (fetch.wheelhouse) return readFileSync(join(fetch.wheelhouse, fetch.pin.file));
  return fetch.python.hasPip ? await fetchWithPip(fetch) : await fetchFromIndex(fetch);
}

async function fetchWithPip({ host, description, pin, python, staging, signal }: Fetch): Promise<Buffer> {
  const requirements = join(staging, "uv.txt");
  writeFileSync(requirements, `uv==${description.uv.version} --hash=sha256:${pin.sha256}\n`);
  const log = join(staging, "pip.log");
  const words = [
    "--log",
    log,
    "--no-deps",
    "--only-binary",
    ":all:",
    "--require-hashes",
    "--dest",
    staging,
    "--requirement",
    requirements,
  ];
  const answer = await run(
    python.executable,
    ["-I", "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check", ...words],
    {
      environment: {
        ...withPipSourcesOnly(withoutForeignEnvironments(host.environment)),
        ...settingsForPip(host.environment),
      },
      workingDirectory: staging,
      timeoutSeconds: PIP_SECONDS,
      signal,
    },
  );
  if (answer.exitCode !== 0) throw new Error(`pip says: ${lastWords(answer.stderr)}${unreached(log)}`);
  return readFileSync(join(staging, pin.file));
}

async function fetchFromIndex({ host, description, pin, signal }: Fetch): Promise<Buffer> {
  const index = configuredIndex(host.environment) ?? description.indexUrl;
  if (!URL.canParse(index)) throw new Error("the package index is not an address");
  const { environment } = host;
  const page = await get(projectPage(new URL(index), "uv"), {
    environment,
    accept: SIMPLE_API,
    limit: PAGE_BYTES,
    signal,
  });
  const file = fileOn(page, pin.file);
  if (file === undefined) throw new Error(`${withoutCredentials(index)} has no ${pin.file}`);
  const answer = await get(file, { environment, accept: "*/*", limit: pin.size, signal });
  return answer.body;
}

/** An index that pip could not reach is no error to it, but one without files: only its log says why. */
function unreached(log: string): string {
  let text: string;
  try {
    text = readFileSync(log, "utf8");
  } catch {
    return "";
  }
  const found = [...text.matchAll(/Could not fetch URL (\S+): (.*) - skipping/g)].at(-1);
  return found ? `; it could not fetch ${withoutCredentials(found[1] ?? "")}: ${hideCredentials(found[2] ?? "")}` : "";
}

/** The last lines of pip's that say what failed. */
function lastWords(stderr: string): string {
  const lines = hideCredentials(stderr).trim().split("\n");
  const errors = lines.filter((line) => line.startsWith("ERROR"));
  return (errors.length > 0 ? errors : lines).slice(-3).join(" ").trim() || "nothing";
}
