import { createHash } from "node:crypto";
import { readFileSync, statSync, type Stats } from "node:fs";

/** Why these bytes are not the ones that were pinned, or undefined when they are. */
export function mismatch(content: Buffer, pin: { readonly sha256: string; readonly size: number }): string | undefined {
  if (content.length !== pin.size) return `it has ${content.length} bytes instead of ${pin.size}`;
  const sha256 = createHash("sha256").update(content).digest("hex");
  return sha256 === pin.sha256 ? undefined : `its sha256 is ${sha256} instead of ${pin.sha256}`;
}

/** The same for a file. */
export function fileMismatch(
  path: string,
  pin: { readonly sha256: string; readonly size: number },
): string | undefined {
  const entry = entryOf(path);
  if (!entry?.isFile()) return "it is missing";
  if (entry.size !== pin.size) return `it has ${entry.size} bytes instead of ${pin.size}`;
  return mismatch(readFileSync(path), pin);
}

/** Undefined also where a file stands on the way: node takes only a missing name for no entry. */
function entryOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw thrown;
  }
}
