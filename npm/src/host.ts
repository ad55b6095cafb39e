import { LauncherError } from "./errors.js";

export type Environment = Readonly<Record<string, string>>;

/** The machine and the call, as values: everything here can be tested for any system on any other. */
export interface Host {
  readonly platform: NodeJS.Platform;
  /** Node's name of the processor: `x64`, `arm64`, … */
  readonly architecture: string;
  readonly environment: Environment;
  /** Empty where nobody knows. */
  readonly home: string;
  readonly workingDirectory: string;
  /** The file that node was asked to run; it tells how the user got here. */
  readonly script: string;
}

export function thisHost(): Host {
  return {
    platform: process.platform,
    architecture: process.arch,
    environment: environmentOf(process.env, process.platform),
    home: homeDirectory(),
    workingDirectory: workingDirectory(),
    script: process.argv[1] ?? "",
  };
}

/**
 * Whose home this is: HOME, if it names a place, else what the system knows; empty where it knows nothing. Loading node's module costs
 * as much as reading the manifest.
 */
function homeDirectory(): string {
  const stated = process.platform === "win32" ? undefined : process.env["HOME"];
  if (stated?.startsWith("/")) return stated;
  const os = require("node:os") as typeof import("node:os");
  try {
    return process.platform === "win32" ? os.homedir() : os.userInfo().homedir;
  } catch {
    return "";
  }
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    const hint = "go to one that does: cd";
    throw new LauncherError("no-working-directory", "the current directory does not exist any more", hint);
  }
}

/** Windows compares the names of variables without case, a copied object does not: there they become upper case. */
export function environmentOf(variables: NodeJS.ProcessEnv, platform: NodeJS.Platform): Environment {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined) environment[platform === "win32" ? name.toUpperCase() : name] = value;
  }
  return environment;
}

/** A variable's value; one that is set to nothing counts as unset. */
export function setting(host: Host, name: string): string | undefined {
  return host.environment[name] || undefined;
}
