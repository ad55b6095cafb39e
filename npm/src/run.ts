import { spawn } from "node:child_process";

import { ExitCode } from "./errors.js";
import type { Environment } from "./host.js";

export interface Finished {
  /** 0 to 255; 128 + n where signal n ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly environment: Environment;
  readonly workingDirectory?: string | undefined;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** Run a program to its end with nothing on its stdin. Rejects when it cannot be started, hangs or is aborted. */
export function run(program: string, words: readonly string[], options: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: options.workingDirectory,
      env: options.environment,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    // Not spawn's own `signal`: it reports at once, while the program still writes into what is to be removed.
    const abort = (): void => void child.kill("SIGTERM");
    options.signal?.addEventListener("abort", abort);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      // Not "close": a grandchild may hold the pipes open for ever.
      child.stdout.destroy();
      child.stderr.destroy();
      settle();
      reject(new Error(`${program} did not end within ${options.timeoutSeconds} seconds`));
    }, options.timeoutSeconds * 1000);
    const settle = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", abort);
    };
    child.once("error", (thrown) => {
      settle();
      reject(thrown);
    });
    child.once("close", (code, signal) => {
      settle();
      if (options.signal?.aborted) reject(new Error(`${program} was interrupted`));
      else
        resolve({
          exitCode: exitCodeOf(code, signal),
          stdout: Buffer.concat(stdout).toString("utf8"),
          stderr: Buffer.concat(stderr).toString("utf8"),
        });
    });
  });
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

/** How Windows says that ^C ended a program: STATUS_CONTROL_C_EXIT. */
const ENDED_BY_CONTROL_C = 0xc000013a;

/** What a shell would report. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  if (code === ENDED_BY_CONTROL_C) return ExitCode.interrupted;
  return code ?? 128 + (signal === null ? 0 : (SIGNAL_NUMBERS[signal] ?? 0));
}
