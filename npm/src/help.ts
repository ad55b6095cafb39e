import type { FeatureHelp } from "./installed.js";
import type { CommandSummary, RuntimeDescription } from "./package-assets.js";
import type { CommandOverview } from "./schemas/answers.js";

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
      { name: "--json", summary: "answer as JSON" },
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

/** The verbs behind a word that is no command by itself: `runtime`. */
export function groupOverview(group: string, description: RuntimeDescription, program: string): string | undefined {
  const verbs = allCommands(description).filter(({ name }) => name.startsWith(`${group} `));
  if (verbs.length === 0) return undefined;
  const usage = `${program} ${group}`;
  return `usage: ${usage} <verb> [options]\n\n${table(verbs)}\n\`${usage} <verb> --help\` tells more.\n`;
}

/** What `--help` says of a command, as a call by another name would say it. */
export function pageFor(program: string, page: string): string {
  return page.replace(/(?<=^usage: |^ {4}\$ |`)ktx(?= )/gm, program);
}

/** The same for programs. */
export function overviewAnswer(description: RuntimeDescription, plugins: readonly FeatureHelp[]): CommandOverview {
  const { version, commands, features } = description;
  return {
    schemaVersion: 1,
    command: "help",
    ok: true,
    version,
    commands: [
      ...[...features, ...plugins].flatMap((feature) =>
        feature.commands.map(({ name, summary }) => ({ name, summary, feature: feature.name })),
      ),
      ...commands.map(({ name, summary }) => ({ name, summary, feature: null })),
    ],
  };
}

/** Every command: the features' and the framework's. */
function allCommands({ commands, features }: RuntimeDescription): CommandSummary[] {
  return [...features.flatMap((feature) => feature.commands), ...commands];
}

function section(title: string, commands: readonly CommandSummary[]): string {
  return `${title}\n${table(commands)}`;
}

function table(commands: readonly CommandSummary[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join("");
}
