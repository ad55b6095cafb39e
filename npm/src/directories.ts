import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Make a directory and those that it lies in. Node's own recursive way never ends where a parent exists and nothing can be
 * made in it, as below /proc.
 */
export function makeDirectories(directory: string): void {
  if (existsSync(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectories(parent);
  try {
    // Whatever the umask lets others do: nobody else may write what is run from here.
    mkdirSync(directory, { mode: 0o755 });
  } catch (thrown) {
    // Somebody else may have made it meanwhile.
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
  }
}
