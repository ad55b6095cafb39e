import { writeSync } from "node:fs";

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
function write(descriptor: number, text: string): boolean {
  let rest = Buffer.from(text, "utf8");
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === "EPIPE") return false; // whoever read it has seen enough
      if (code !== "EAGAIN") throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}
