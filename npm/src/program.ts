import { setting, type Host } from "./host.js";

/** What the user typed to get here, for the commands that messages suggest. */
export function programOf(host: Host): string {
  const agent = setting(host, "npm_config_user_agent") ?? setting(host, "NPM_CONFIG_USER_AGENT") ?? "";
  if (/[\\/]_npx[\\/]/.test(host.script)) return "npx @kaelio/ktx";
  if (/[\\/]dlx/.test(host.script)) return agent.startsWith("pnpm") ? "pnpm dlx @kaelio/ktx" : "yarn dlx @kaelio/ktx";
  const event = setting(host, "npm_lifecycle_event") ?? setting(host, "NPM_LIFECYCLE_EVENT");
  return event === "npx" ? "npx ktx" : "ktx";
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
