import { realpathSync } from "node:fs";
import { posix, win32 } from "node:path";

import { LauncherError } from "./errors.js";
import { setting, type Host } from "./host.js";

/** Path arithmetic of the host's system, which in a test is not the system of the test. */
export function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === "win32" ? win32 : posix;
}

/** Where runtimes live, a link followed. It outlives npx's cache, and Python's side computes the same. */
export function runtimeRoot(host: Host): string {
  return realPath(namedRoot(host), host.platform);
}

/** The place by name alone. */
export function namedRoot(host: Host): string {
  const paths = pathsOf(host.platform);
  const override = setting(host, "KTX_RUNTIME_ROOT");
  if (override) return paths.resolve(host.workingDirectory, override.replace(/^~(?=$|[\\/])/, host.home));
  if (host.home === "" && !(setting(host, "XDG_DATA_HOME") ?? setting(host, "LOCALAPPDATA"))) throw noHome();
  switch (host.platform) {
    case "darwin":
      return paths.join(host.home, "Library", "Application Support", "kaelio", "ktx", "runtime");
    case "win32":
      return paths.join(
        setting(host, "LOCALAPPDATA") ?? paths.join(host.home, "AppData", "Local"),
        "Kaelio",
        "KTX",
        "runtime",
      );
    default: {
      const data = setting(host, "XDG_DATA_HOME");
      // A relative one is to be ignored, says the specification of these directories.
      const base = data && paths.isAbsolute(data) ? data : paths.join(host.home, ".local", "share");
      return paths.join(base, "kaelio", "ktx", "runtime");
    }
  }
}

function noHome(): LauncherError {
  return new LauncherError(
    "no-home",
    "there is no home directory to keep the runtime in",
    "set HOME, or KTX_RUNTIME_ROOT to a directory of your own",
  );
}

/** The path without links, of something that need not exist yet. */
function realPath(path: string, platform: NodeJS.Platform): string {
  const paths = pathsOf(platform);
  try {
    return realpathSync.native(path);
  } catch {
    const parent = paths.dirname(path);
    return parent === path ? path : paths.join(realPath(parent, platform), paths.basename(path));
  }
}

/** Where a virtual environment keeps its interpreter. */
export function environmentPython(environment: string, platform: NodeJS.Platform): string {
  return environmentProgram(environment, "python", platform);
}

/** Where a virtual environment keeps a program of that name. */
export function environmentProgram(environment: string, name: string, platform: NodeJS.Platform): string {
  const paths = pathsOf(platform);
  return platform === "win32"
    ? paths.join(environment, "Scripts", `${name}.exe`)
    : paths.join(environment, "bin", name);
}
