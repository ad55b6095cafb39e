import { spawn } from "node:child_process";
import { lstatSync } from "node:fs";

import { LauncherError, reasonOf } from "./errors.js";
import type { Environment } from "./host.js";
import { exitCodeOf } from "./run.js";
import { hasTerminal } from "./terminal.js";

const FORWARDED = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const;

/** Become `python -I -m module words…`, as far as node can: its streams, its signals, its exit code. */
export function handOver(
  python: string,
  module: string,
  words: readonly string[],
  environment: Environment,
): Promise<number> {
  const flags = isOurs(python) ? ["-I"] : ["-I", "-B"];
  return become(python, [...flags, "-m", module, ...words], environment);
}

/** Become any `python words…`. */
export function become(python: string, words: readonly string[], environment: Environment): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, words, { env: environment, stdio: "inherit" });
    const forward = (signal: NodeJS.Signals): void => {
      if (!reachesAll(signal, process.platform, hasTerminal)) child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    const settle = (): void => {
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.once("error", (thrown) => {
      settle();
      reject(notRunnable(python, thrown));
    });
    child.once("exit", (code, signal) => {
      settle();
      resolve(exitCodeOf(code, signal));
    });
  });
}

/**
 * Whether the child has the signal without us. On a terminal ^C and ^\ reach the whole group at once; a second one would cut the child's
 * clean-up short. A console of Windows tells everybody in it that it closes, and nobody else can.
 */
export function reachesAll(signal: NodeJS.Signals, platform: NodeJS.Platform, hasTerminal: () => boolean): boolean {
  if (platform === "win32" && signal === "SIGHUP") return true;
  return (signal === "SIGINT" || signal === "SIGQUIT") && hasTerminal();
}

/** In somebody else's runtime the superuser could leave byte code that its owner cannot remove. */
function isOurs(python: string): boolean {
  try {
    return process.getuid === undefined || lstatSync(python).uid === process.getuid();
  } catch {
    return true;
  }
}

function notRunnable(python: string, thrown: unknown): LauncherError {
  return new LauncherError(
    "python-not-runnable",
    `the runtime's Python cannot be started: ${python}: ${reasonOf(thrown)}`,
    "delete that runtime's manifest.json and run the command again: it is installed anew",
  );
}
