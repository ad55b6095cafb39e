import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";

import { LauncherError } from "../errors.js";
import type { RuntimeDescription, UvWheelPin } from "../package-assets.js";

/** The environment that runs the installer, and the wheel that is kept. */
const INSTALLER_MB = 25;

/** Say before the start what could not end well. Throws a `LauncherError` where the disk of `root` is too full. */
export function demandSpace(
  root: string,
  description: RuntimeDescription,
  pin: UvWheelPin | undefined,
  retry: string,
): void {
  const features = description.features.filter((feature) => feature.default);
  const runtime = features.reduce((sum, feature) => sum + (feature.download?.diskMb ?? 0), 0);
  // A wheel of uv holds little else than the program, which is kept unpacked.
  const uv = pin ? (pin.size + pin.executable.size) / 1e6 : 0;
  const wanted = INSTALLER_MB + runtime + uv;
  const free = freeMegabytes(root);
  if (free >= wanted) return;
  throw new LauncherError(
    "disk-full",
    `too little space for this install: it takes ${wanted.toFixed(0)} MB, and ${free.toFixed(0)} MB are free at ${root}`,
    `free some space, or set KTX_RUNTIME_ROOT to a directory with more, then run: ${retry}`,
  );
}

function freeMegabytes(place: string): number {
  if (!existsSync(place)) return dirname(place) === place ? Infinity : freeMegabytes(dirname(place));
  const { bavail, blocks, bsize } = statfsSync(place);
  // What is no disk, as /proc, has no size: that nothing can be put there is told when it is tried.
  return blocks === 0 ? Infinity : (bavail * bsize) / 1e6;
}
