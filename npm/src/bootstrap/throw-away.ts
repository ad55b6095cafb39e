import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { makeDirectories } from "../directories.js";
import { LauncherError, reasonOf } from "../errors.js";

const NAME = /^bootstrap-(\d+)-[0-9a-f]+$/;

/** Use a directory below the root that is gone afterwards, however that ends. */
export async function withThrowAwayDirectory<T>(root: string, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = join(root, `bootstrap-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    makeDirectories(root);
    sweepLeftovers(root);
    mkdirSync(directory, { mode: 0o700 });
  } catch (thrown) {
    throw new LauncherError(
      "root-not-writable",
      `cannot write to the runtime's root: ${reasonOf(thrown)}`,
      "make it writable, or set KTX_RUNTIME_ROOT to a directory of your own",
    );
  }
  try {
    return await use(directory);
  } finally {
    remove(directory);
  }
}

/** Remove what a killed launcher left. */
function sweepLeftovers(root: string): void {
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const owner = NAME.exec(entry.name)?.[1];
    if (owner !== undefined && entry.isDirectory() && !isAlive(Number(owner))) remove(join(root, entry.name));
  }
}

function remove(directory: string): void {
  // On Windows a program that has just ended may hold its files for a moment.
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Anything but "no such process" means that there is one, of another user perhaps.
    return (thrown as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
