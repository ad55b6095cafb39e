import { writeSync } from "node:fs";
import { isatty } from "node:tty";

/** Data, to stdout. False when nobody reads it any more. */
export function print(text: string): boolean {
  return write(1, text);
}

export function printJson(value: object): void {
  print(`${JSON.stringify(value, null, 2)}\n`);
}

/** All else, to stderr. */
export function tell(text: string): void {
  write(2, text);
}

/** Synchronous, since loading node's streams costs more than `ktx --version` has. */
function write(descriptor: 1 | 2, text: string): boolean {
  if (needsStream(process.platform, isatty(descriptor))) {
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
      if (code !== "EAGAIN") throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}

/** A console of Windows reads bytes in a code page of its own: only node's stream writes any character to it. */
export function needsStream(platform: NodeJS.Platform, isTerminal: boolean): boolean {
  return platform === "win32" && isTerminal;
}
