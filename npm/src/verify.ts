import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

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
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry?.isFile()) return "it is missing";
  if (entry.size !== pin.size) return `it has ${entry.size} bytes instead of ${pin.size}`;
  return mismatch(readFileSync(path), pin);
}
