import { isatty } from "node:tty";

// Not process.stdin.isTTY and its like: they make streams, and stdin is to be Python's, untouched.

/** Someone sits there who can be asked: stdin and stderr are both a terminal. */
export function canAsk(): boolean {
  return isatty(0) && isatty(2);
}

/** Any of the standard streams is a terminal, so that its keys signal the whole process group. */
export function hasTerminal(): boolean {
  return [0, 1, 2].some(isatty);
}
