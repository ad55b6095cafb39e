import { readFileSync } from "node:fs";

import { ExitCode, LauncherError } from "./errors.js";
import { print } from "./output.js";
import type { PackageAssets, RuntimeDescription } from "./package-assets.js";

const SCRIPTS = new Map([
  ["bash", "ktx.bash"],
  ["zsh", "ktx.zsh"],
  ["fish", "ktx.fish"],
  ["powershell", "ktx.ps1"],
]);

/** Print the script that makes a shell ask `ktx complete`; without a shell, how each loads its own. No Python is started. */
export function showCompletion(shell: string | undefined, assets: PackageAssets, program: string): number {
  if (shell === undefined) {
    const ways = [...SCRIPTS].map(([name, file]) => `  ${name.padEnd(10)}  ${howToLoad(assets, file)}\n`);
    print(`usage: ${program} completion <${[...SCRIPTS.keys()].join("|")}>\n\n${ways.join("")}`);
    return ExitCode.ok;
  }
  const script = SCRIPTS.get(shell);
  if (script === undefined)
    throw new LauncherError(
      "unknown-shell",
      `there is no completion for ${shell}`,
      `known are: ${[...SCRIPTS.keys()].join(", ")}`,
      ExitCode.usage,
    );
  print(readFileSync(assets.completion(script), "utf8"));
  return ExitCode.ok;
}

/** What a script says of itself in its head. */
function howToLoad(assets: PackageAssets, file: string): string {
  return /^# Completion of ktx for [^:]+: (.*)$/m.exec(readFileSync(assets.completion(file), "utf8"))?.[1] ?? "";
}

/** What can be completed where no runtime is: the names of commands. Nothing is installed at the press of a key. */
export function showCommandNames(words: readonly string[], { commands, features }: RuntimeDescription): number {
  const typed = words[1] === "--line" ? (words[2] ?? "").split(/\s+/).slice(1) : words.slice(words[1] === "--" ? 2 : 1);
  const before = typed.slice(0, -1);
  const current = typed.at(-1) ?? "";
  const found = new Map<string, string>();
  for (const { name, summary } of [...features.flatMap((feature) => feature.commands), ...commands]) {
    const parts = name.split(" ");
    const next = parts[before.length];
    const fits = before.every((word, index) => parts[index] === word);
    if (next?.startsWith(current) && fits)
      found.set(next, parts.length === before.length + 1 ? summary : (found.get(next) ?? ""));
  }
  for (const [name, summary] of found) print(summary === "" ? `${name}\n` : `${name}\t${summary}\n`);
  return ExitCode.ok;
}
