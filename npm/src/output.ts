import { writeSync } from "node:fs";

import { LauncherError, reasonOf } from "./errors.js";

/** Data, to stdout. False when nobody reads it any more. */
export function print(text: string): boolean {
  return write(1, text);
}

export function printJson(value: object): void {
  print(`${JSON.stringify(value, null, 2)}\n`);
}

/** All else, to stderr. Where that cannot be written to, there is nobody left to tell. */
export function tell(text: string): void {
  try {
    write(2, text);
  } catch {
    return;
  }
}

/** Synchronous, since loading node's streams costs more than `ktx --version` has. */
function write(descriptor: 1 | 2, text: string): boolean {
  if (needsStream(process.platform, () => isTerminal(descriptor))) {
    (descriptor === 1 ? process.stdout : process.stderr).write(text);
    return true;
  }
  let rest = Buffer.from(text, "utf8");
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === "EPIPE" || code === "EOF") return false; // whoever read it has seen enough
      if (code !== "EAGAIN") throw notWritten(thrown);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}

function notWritten(thrown: unknown): LauncherError {
  const hint = "see that there is space, and run the command again";
  return new LauncherError("output-not-written", `the output cannot be written: ${reasonOf(thrown)}`, hint);
}

/** A console of Windows reads bytes in a code page of its own: only node's stream writes any character to it. */
export function needsStream(platform: NodeJS.Platform, isTerminal: () => boolean): boolean {
  return platform === "win32" && isTerminal();
}

/** Node's module is loaded where it is needed: everywhere else it would cost more than the writing. */
function isTerminal(descriptor: number): boolean {
  return (require("node:tty") as typeof import("node:tty")).isatty(descriptor);
}
