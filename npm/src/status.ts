import { EVERYWHERE } from "./arguments.js";
import { ExitCode, LauncherError } from "./errors.js";
import type { Runtime } from "./manifest.js";
import { print, printJson } from "./output.js";
import type { RuntimeStatus } from "./schemas/answers.js";

export interface StatusOfNone {
  readonly runtime: Exclude<Runtime, { state: "ready" | "mismatched" }>;
  readonly version: string;
  readonly root: string;
  readonly program: string;
  readonly json: boolean;
  readonly words: readonly string[];
}

/** `runtime status` where no Python could answer it, in the shape of Python's answer. Nothing is created. */
export function reportStatus({ runtime, version, root, program, json, words }: StatusOfNone): number {
  const unknown = words.filter((word) => word !== "--" && !EVERYWHERE.includes(word)).slice(2);
  if (unknown.length > 0) {
    const hint = `run: ${program} runtime status --help`;
    throw new LauncherError("usage", `unrecognized arguments: ${unknown.join(" ")}`, hint, ExitCode.usage);
  }
  const { state } = runtime;
  const reason = state === "broken" ? runtime.reason : "no runtime is installed for this version";
  const next = `${program} runtime install --yes`;
  const answer: RuntimeStatus = {
    schemaVersion: 1,
    command: "runtime status",
    ok: true,
    state,
    reason,
    next,
    cliVersion: version,
    root,
    generation: null,
    python: null,
    wheel: null,
    features: [],
    plugins: [],
    adjustments: [],
    leftBehind: [],
    models: [],
    installLog: null,
    diskBytes: null,
    lockDigest: null,
    daemon: null,
  };
  if (json) printJson(answer);
  else print(`runtime of ktx ${version}: ${state}\n  reason: ${reason}\n  root: ${root}\nnext: ${next}\n`);
  return ExitCode.failure;
}
