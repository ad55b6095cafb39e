import { closeSync, openSync, readSync, realpathSync } from "node:fs";

import { uvEnvironment } from "../environment.js";
import { LauncherError, reasonOf } from "../errors.js";
import { setting, type Host } from "../host.js";
import { isRunnable, onPath } from "../on-path.js";
import type { UvPins } from "../package-assets.js";
import { pathsOf } from "../paths.js";
import { run } from "../run.js";
import { isAtLeast } from "../versions.js";

export interface Uv {
  /** Absolute, and the program itself. */
  readonly executable: string;
  readonly version: string;
}

/** The uv that the user named, else one on PATH that is new enough, else none. */
export async function findUv(host: Host, pins: UvPins): Promise<Uv | undefined> {
  const chosen = setting(host, "KTX_UV");
  if (chosen) return await chosenUv(pathsOf(host.platform).resolve(host.workingDirectory, chosen), host, pins);
  for (const file of onPath("uv", host)) {
    const found = await identify(await behindShim(file, host), host).catch(() => undefined);
    if (found && isAtLeast(found.version, pins.minimum)) return found;
  }
  return undefined;
}

async function chosenUv(file: string, host: Host, pins: UvPins): Promise<Uv> {
  const refuse = (reason: string): LauncherError =>
    new LauncherError(
      "uv-unsuitable",
      `KTX_UV cannot be used: ${file}: ${reason}`,
      `set KTX_UV to a uv ${pins.minimum} or newer, or unset it`,
    );
  const found = await identify(file, host).catch((thrown: unknown) => {
    throw refuse(reasonOf(thrown));
  });
  if (!isAtLeast(found.version, pins.minimum)) throw refuse(`it is uv ${found.version}`);
  return found;
}

async function identify(file: string, host: Host): Promise<Uv> {
  const answer = await run(file, ["--version"], { environment: uvEnvironment(host.environment), timeoutSeconds: 20 });
  const version = /^uv (\d+(?:\.\d+)*)/.exec(answer.stdout)?.[1];
  if (answer.exitCode !== 0 || version === undefined) throw new Error("it does not answer --version as uv does");
  return { executable: realpathSync(file), version };
}

/** A version manager's shim costs more than uv's own work on each call, and may mean another uv tomorrow. */
async function behindShim(file: string, host: Host): Promise<string> {
  const manager = isScript(file) ? onPath("pyenv", host).next().value : undefined;
  if (manager === undefined) return file;
  const answer = await run(manager, ["which", "uv"], { environment: host.environment, timeoutSeconds: 20 });
  const real = answer.stdout.trim();
  return answer.exitCode === 0 && isRunnable(real) ? real : file;
}

function isScript(file: string): boolean {
  const start = Buffer.alloc(2);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, start);
  } finally {
    closeSync(descriptor);
  }
  return start.toString("latin1") === "#!";
}
