import { accessSync, constants, statSync } from "node:fs";

import { setting, type Host } from "./host.js";
import { pathsOf } from "./paths.js";

/** Every file on PATH that could be run by that name, in PATH's order. */
export function* onPath(name: string, host: Host): Generator<string> {
  const paths = pathsOf(host.platform);
  for (const directory of (setting(host, "PATH") ?? "").split(paths.delimiter)) {
    // An empty or relative entry means the working directory, which is not ours to run programs from.
    if (!paths.isAbsolute(directory)) continue;
    const file = paths.join(directory, host.platform === "win32" ? `${name}.exe` : name);
    if (isRunnable(file)) yield file;
  }
}

export function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
