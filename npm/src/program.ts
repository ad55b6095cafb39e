import { existsSync, readFileSync } from "node:fs";

import { setting, type Host } from "./host.js";
import { placesOnPath } from "./on-path.js";
import { pathsOf } from "./paths.js";

/** What the user typed to get here, for the commands that messages suggest: they have to run when they are pasted. */
export function programOf(host: Host): string {
  const agent = setting(host, "npm_config_user_agent") ?? setting(host, "NPM_CONFIG_USER_AGENT") ?? "";
  const npx = /^(.*[\\/]_npx[\\/][^\\/]+)[\\/]/.exec(host.script)?.[1];
  if (npx !== undefined) return npxOf(pathsOf(host.platform).join(npx, "package.json"), host.platform);
  if (/[\\/]dlx/.test(host.script)) return agent.startsWith("pnpm") ? "pnpm dlx @kaelio/ktx" : "yarn dlx @kaelio/ktx";
  if (agent.startsWith("pnpm")) return "pnpm exec ktx";
  if (agent.startsWith("yarn")) return "yarn ktx";
  // npm puts a project's programs on PATH for its scripts; whoever reads a message does not have them there.
  const event = setting(host, "npm_lifecycle_event") ?? setting(host, "NPM_LIFECYCLE_EVENT");
  if (event === "npx") return "npx ktx";
  return isInProject(host) && !(event === undefined && isOnPath(host, pathsOf(host.platform).dirname(host.script)))
    ? "npx ktx"
    : "ktx";
}

/** npx keeps in the directory that it installs into what it was asked for: a name, a version, a tarball. */
function npxOf(description: string, platform: NodeJS.Platform): string {
  try {
    const { _npx } = JSON.parse(readFileSync(description, "utf8")) as { _npx?: { packages?: string[] } };
    const [spec, ...others] = _npx?.packages ?? [];
    // An address may hold a credential, and is not repeated.
    if (spec === undefined || others.length > 0 || spec.includes("://")) return "npx @kaelio/ktx";
    return /^@kaelio\/ktx(@[\w.^~-]+)?$/.test(spec) ? `npx ${spec}` : `npx --package ${quote(spec, platform)} -- ktx`;
  } catch {
    return "npx @kaelio/ktx";
  }
}

/** Whether it is a dependency of something, and was not installed to be called by its name. */
function isInProject(host: Host): boolean {
  if (/[\\/]node_modules[\\/]\.bin[\\/]/.test(host.script)) return true;
  // A shim of Windows or of pnpm, or another program, names the file itself: then it is whoever can be called by name.
  const beside = /^(.*)[\\/]node_modules[\\/]@kaelio[\\/]/.exec(host.script)?.[1];
  if (beside === undefined) return false;
  // On Windows the shim of what was installed globally lies beside node_modules.
  return host.platform === "win32"
    ? !isOnPath(host, beside)
    : placesOnPath("ktx", host).every((file) => !existsSync(file));
}

function isOnPath(host: Host, directory: string): boolean {
  const entries = (setting(host, "PATH") ?? "").split(pathsOf(host.platform).delimiter);
  if (host.platform !== "win32") return entries.includes(directory);
  // There letters of either case are one, and entries may be quoted, or end with a separator.
  const plain = (entry: string): string =>
    entry
      .replace(/^"(.*)"$/, "$1")
      .replace(/[\\/]+$/, "")
      .toLowerCase();
  return entries.some((entry) => plain(entry) === plain(directory));
}

/** A command line that a shell of the user's system reads back as these words. */
export function commandLine(program: string, words: readonly string[], platform: NodeJS.Platform): string {
  return [program, ...words.map((word) => quote(word, platform))].join(" ");
}

function quote(word: string, platform: NodeJS.Platform): string {
  if (/^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word)) return word;
  // cmd and PowerShell both understand double quotes; a double quote inside is doubled for both.
  if (platform === "win32") return `"${word.replaceAll('"', '""')}"`;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
