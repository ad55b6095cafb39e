import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { makeDirectories } from "../directories.js";
import type { UvPins, UvWheelPin } from "../package-assets.js";
import { fileMismatch, mismatch } from "../verify.js";
import type { Uv } from "./find.js";
import { memberOf } from "./unpack.js";

/** Where our own copy of the pinned uv lies below the runtime root. */
export function ownUv(root: string, pins: UvPins, platform: NodeJS.Platform): string {
  return join(root, "uv", pins.version, platform === "win32" ? "uv.exe" : "uv");
}

/** Our own copy, if it is there and still what was pinned. */
export function verifiedOwnUv(root: string, pins: UvPins, pin: UvWheelPin, platform: NodeJS.Platform): Uv | undefined {
  const executable = ownUv(root, pins, platform);
  return fileMismatch(executable, pin.executable) === undefined ? { executable, version: pins.version } : undefined;
}

/** Keep the uv of a fetched wheel. The wheel is checked before it is unpacked; whoever reads meanwhile sees all or nothing. */
export function keepUv(root: string, pins: UvPins, pin: UvWheelPin, wheel: Buffer, platform: NodeJS.Platform): Uv {
  const wrong = mismatch(wheel, pin);
  if (wrong) throw new Error(`${pin.file} is not the pinned one: ${wrong}`);
  const content = memberOf(wheel, pin.executable.member);
  const executable = ownUv(root, pins, platform);
  const staging = `${executable}.${process.pid}-${randomBytes(4).toString("hex")}`;
  makeDirectories(dirname(executable));
  try {
    writeFileSync(staging, content, { mode: 0o755, flush: true });
    renameSync(staging, executable);
  } catch (thrown) {
    rmSync(staging, { force: true });
    // Where a running copy cannot be replaced, it is because another process has just put it there.
    if (fileMismatch(executable, pin.executable) !== undefined) throw thrown;
  }
  return { executable, version: pins.version };
}
