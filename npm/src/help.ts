import type { CommandSummary, RuntimeDescription } from "./package-assets.js";

/**
 * What `ktx --help` prints: everything that ktx can do, from the catalogue of the wheel. `installed` are the commands
 * of installed features, which may be of plugins that the wheel knows nothing of.
 */
export function overview(description: RuntimeDescription, program: string, installed: ReadonlyMap<string, string>): string {
  const { version, commands, features } = description;
  const known = new Set(allCommands(description).map(({ name }) => name));
  const strangers = [...installed].filter(([name]) => !known.has(name)).map(([name, feature]) => ({ name, summary: `of the plugin feature ${feature}` }));
  const sections = [
    ...features.filter((feature) => feature.commands.length > 0).map((feature) => section(`${feature.name}: ${feature.summary}`, feature.commands)),
    ...(strangers.length > 0 ? [section("plugins", strangers)] : []),
    section("the runtime", commands),
    section("options", [
      { name: "--help", summary: "this text; after a command, that command's" },
      { name: "--version", summary: "the version of ktx" },
      { name: "--yes", summary: "install what the command needs, without asking" },
      { name: "--no-input", summary: "never ask; end with exit code 4 where an answer is needed" },
    ]),
  ];
  return [`ktx ${version}: measures by dimensions from your own database`, "", `usage: ${program} <command> [arguments]`, "", ...sections].join("\n");
}

/** Help on a command's words before there is a runtime that knows more; undefined when they name no command. */
export function commandHelp(words: readonly string[], description: RuntimeDescription, program: string): string | undefined {
  const named = words.slice(0, 2).join(" ");
  const found = allCommands(description).filter(({ name }) => name === named || named.startsWith(`${name} `) || name.startsWith(`${named} `));
  if (found.length === 0) return undefined;
  const more = `the arguments are told by the runtime, once it is installed: ${program} runtime install\n`;
  return [section(`${program} ${named}`, found), more].join("\n");
}

/** Every command: the features' and the framework's. */
export function allCommands({ commands, features }: RuntimeDescription): CommandSummary[] {
  return [...features.flatMap((feature) => feature.commands), ...commands];
}

function section(title: string, commands: readonly CommandSummary[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [`${title}`, ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`), ""].join("\n");
}
