import { ExitCode, LauncherError } from "./errors.js";
import type { FeatureHelp } from "./installed.js";
import { nearNames } from "./near.js";
import type { CommandSummary, RuntimeDescription } from "./package-assets.js";

/**
 * What `ktx --help` prints: everything that ktx can do, from the catalogue of the wheel, and what `plugins` add that are installed.
 */
export function overview(description: RuntimeDescription, program: string, plugins: readonly FeatureHelp[]): string {
  const { version, commands, features } = description;
  const sections = [
    ...[...features, ...plugins]
      .filter((feature) => feature.commands.length > 0)
      .map((feature) => section(`${feature.name}: ${feature.summary}`, feature.commands)),
    section("the runtime", commands),
    section("options", [
      { name: "--help", summary: "this text; after a command, that command's" },
      { name: "--version", summary: "the version of ktx" },
      { name: "--yes", summary: "install what the command needs, without asking" },
      { name: "--no-input", summary: "never ask; end with exit code 4 where an answer is needed" },
    ]),
  ];
  return [
    `ktx ${version}: measures by dimensions from your own database`,
    "",
    `usage: ${program} <command> [arguments]`,
    "",
    ...sections,
  ].join("\n");
}

/** The commands that `words` name: one with arguments behind it, or all of which they are the beginning. */
export function commandsNamed(words: readonly string[], description: RuntimeDescription): CommandSummary[] {
  const named = words.join(" ");
  return allCommands(description).filter(
    ({ name }) =>
      named === name || named.startsWith(`${name} `) || (words.length === 1 && name.startsWith(`${named} `)),
  );
}

/** Help on commands before there is a runtime that knows more. */
export function helpOn(words: readonly string[], commands: readonly CommandSummary[], program: string): string {
  const more = `their arguments are told by the runtime, once it is installed: ${program} runtime install\n`;
  return [section(`${program} ${words.slice(0, 2).join(" ")}`, commands), more].join("\n");
}

/** Throw what is to be said of words that name no command. */
export function refuseUnknown(words: readonly string[], description: RuntimeDescription, program: string): never {
  const known = allCommands(description).map(({ name }) => name);
  const [first = "", second] = words;
  const siblings = known.filter((name) => name.startsWith(`${first} `));
  const isSecond = siblings.length > 0 && second !== undefined;
  const said = isSecond ? `${first} ${second}` : first;
  const near = isSecond
    ? nearNames(
        second,
        siblings.map((name) => name.slice(first.length + 1)),
      ).map((name) => `${first} ${name}`)
    : nearNames(
        first,
        known.map((name) => name.split(" ")[0] ?? ""),
      );
  const question = near.length > 0 ? `did you mean: ${near.join(", ")}? ` : "";
  throw new LauncherError(
    "unknown-command",
    `there is no command ${said}`,
    `${question}run: ${program} --help`,
    ExitCode.usage,
  );
}

/** Every command: the features' and the framework's. */
function allCommands({ commands, features }: RuntimeDescription): CommandSummary[] {
  return [...features.flatMap((feature) => feature.commands), ...commands];
}

function section(title: string, commands: readonly CommandSummary[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [`${title}`, ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`), ""].join("\n");
}
