import { accessSync, constants, statSync } from "node:fs";

import { setting, type Host } from "./host.js";
import { pathsOf } from "./paths.js";

/** Every file on PATH that could be run by that name, in PATH's order. */
export function* onPath(name: string, host: Host): Generator<string> {
  for (const file of placesOnPath(name, host)) if (isRunnable(file)) yield file;
}

/** Where a program of that name would be, whether or not it is there. */
export function placesOnPath(name: string, host: Host): string[] {
  const paths = pathsOf(host.platform);
  const isWindows = host.platform === "win32";
  // Windows takes entries in quotes, too.
  const entries = (setting(host, "PATH") ?? "")
    .split(paths.delimiter)
    .map((entry) => (isWindows ? entry.replace(/^"(.*)"$/, "$1") : entry));
  // An empty or relative entry means the working directory, which is not ours to run programs from.
  const directories = entries.filter((entry) => paths.isAbsolute(entry));
  return directories.map((directory) => paths.join(directory, isWindows ? `${name}.exe` : name));
}

export function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
