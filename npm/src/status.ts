import { ExitCode } from "./errors.js";
import type { Runtime } from "./manifest.js";
import { print, printJson } from "./output.js";

export interface StatusOfNone {
  readonly runtime: Exclude<Runtime, { state: "ready" | "mismatched" }>;
  readonly version: string;
  readonly root: string;
  readonly program: string;
  readonly json: boolean;
}

/** `runtime status` where no Python could answer it. Nothing is created. */
export function reportStatus({ runtime, version, root, program, json }: StatusOfNone): number {
  const reason = runtime.state === "broken" ? runtime.reason : "no runtime is installed for this version";
  const next = `${program} runtime install`;
  if (json) printJson({ schemaVersion: 1, command: "runtime status", ok: true, state: runtime.state, reason, cliVersion: version, root, next });
  else print(`runtime  ${runtime.state}: ${reason}\nversion  ${version}\nroot     ${root}\nnext     ${next}\n`);
  return ExitCode.failure;
}
