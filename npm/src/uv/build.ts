import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { uvEnvironment } from "../environment.js";
import type { Host } from "../host.js";
import { hideCredentials } from "../net/index-settings.js";
import { environmentProgram, environmentPython } from "../paths.js";
import { run, type Finished } from "../run.js";

const UV_SECONDS = 900;

export interface Build {
  readonly host: Host;
  readonly uv: string;
  /** The interpreter to build from. */
  readonly python: string;
  readonly wheel: { readonly path: string; readonly sha256: string };
  /** Requirements with hashes: all that the wheel needs. */
  readonly lock: string;
  /** A directory of ours; the environment becomes its `venv`. */
  readonly directory: string;
  readonly offline: boolean;
  readonly wheelhouse: string | undefined;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Make a virtual environment with exactly the lock and the wheel, all checked by hash; its interpreter. */
export async function buildEnvironment(build: Build): Promise<string> {
  const environment = join(build.directory, "venv");
  const python = environmentPython(environment, build.host.platform);
  const requirements = join(build.directory, "wheel.txt");
  mkdirSync(build.directory, { recursive: true });
  // The settings of a project that the user stands in are not for us; with a file of its own here uv looks no further.
  writeFileSync(join(build.directory, "uv.toml"), "");
  writeFileSync(
    requirements,
    `kaelio-ktx @ ${pathToFileURL(build.wheel.path).href} --hash=sha256:${build.wheel.sha256}\n`,
  );
  await uv(build, ["venv", "--quiet", "--no-project", "--no-python-downloads", "--python", build.python, environment]);
  if (!existsSync(python)) throw new Error(`uv says that it made an environment, and there is none: ${build.uv}`);
  const sync = ["pip", "sync", "--quiet", "--no-python-downloads", "--python", python, "--require-hashes"];
  await installPinned(build, [...sync, build.lock, requirements]);
  if (!existsSync(environmentProgram(environment, "ktx", build.host.platform)))
    throw new Error(`uv says that it installed the packages, and they are not there: ${build.uv}`);
  return python;
}

/** What is pinned by hash is the same wherever it comes from, and asking the index takes longer than all the rest. */
async function installPinned(build: Build, words: readonly string[]): Promise<void> {
  if (build.wheelhouse) return await uv(build, [...words, "--offline", "--no-index", "--find-links", build.wheelhouse]);
  const cached = await runUv(build, [...words, "--offline"], {});
  if (cached.exitCode !== 0) await uv(build, build.offline ? [...words, "--offline"] : words);
}

/** Run uv. Rejects with its own last lines. */
async function uv(build: Build, words: readonly string[]): Promise<void> {
  let answer = await runUv(build, words, {});
  if (answer.exitCode !== 0 && answer.stderr.includes("UnknownIssuer") && !build.host.environment["SSL_CERT_FILE"]) {
    build.say("the index's certificate is not one that uv knows: trying again with this system's certificates");
    // The second name is what older ones call it.
    answer = await runUv(build, words, { UV_SYSTEM_CERTS: "1", UV_NATIVE_TLS: "1" });
  }
  if (answer.exitCode !== 0)
    throw new Error(
      hideCredentials(answer.stderr.trim()).replace(/^error: /, "") || `uv ended with exit code ${answer.exitCode}`,
    );
}

function runUv(build: Build, words: readonly string[], more: Readonly<Record<string, string>>): Promise<Finished> {
  return run(build.uv, words, {
    environment: { ...uvEnvironment(build.host.environment), ...more },
    workingDirectory: build.directory,
    timeoutSeconds: UV_SECONDS,
    signal: build.signal,
  });
}
