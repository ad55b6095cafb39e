import { EVERYWHERE } from "./arguments.js";
import { ExitCode, LauncherError } from "./errors.js";
import { nearNames } from "./near.js";
import { commandLine } from "./program.js";

const FLAGS = EVERYWHERE.filter((word) => word.startsWith("-"));
const OUR_NAME = /^(ktx|npx|@kaelio\/ktx(@.*)?)$/;

export interface Refused {
  readonly words: readonly string[];
  /** The names of all commands, of one word or two. */
  readonly known: readonly string[];
  readonly program: string;
  readonly platform: NodeJS.Platform;
}

/** Throw what is to be said of words that name no command, as Python's side does: with the command line that was meant. */
export function refuseUnknown({ words, known, program, platform }: Refused): never {
  const line = (meant: readonly string[]): string => commandLine(program, meant, platform);
  const usage = (message: string, hint: string): LauncherError =>
    new LauncherError("usage", message, hint, ExitCode.usage);
  const [first = ""] = words;
  const ordered = nameFirst(words, known);
  if (ordered !== undefined) {
    const option = words.find((word) => word.startsWith("-")) ?? "";
    throw usage(`${option} stands before the command's name`, `run: ${line(ordered)}`);
  }
  if (first.startsWith("-")) {
    const near = nearOptions(first).map((option) => [option]);
    throw usage(`there is no option ${first} before a command`, question(near, line));
  }
  const isGroup = known.some((name) => name.startsWith(`${first} `));
  if (isGroup && words.slice(1).every((word) => FLAGS.includes(word)))
    throw usage(`no verb after ${first}`, `run: ${line([first, "--help"])}`);
  const readings = [apart(words), withoutDashes(words), withoutOurName(words), inSmallLetters(words)];
  const meant = readings.find((reading) => commandNamed(reading, known) !== undefined);
  const lines = meant !== undefined ? [meant] : near(words, known).map((name) => name.split(" "));
  throw new LauncherError(
    "unknown-command",
    `there is no command ${said(words, isGroup)}`,
    question(lines, line),
    ExitCode.usage,
  );
}

/** The name of the command that the words begin with. Where verbs can follow a name, only one of them may. */
export function commandNamed(words: readonly string[], known: readonly string[]): string | undefined {
  const length = lengthOfName(words, known);
  const name = words.slice(0, length).join(" ");
  const hasOtherVerb = length < words.length && known.some((other) => other.startsWith(`${name} `));
  return length === 0 || hasOtherVerb ? undefined : name;
}

/** How many of the first words are the name of a command; two outweigh one, and none is 0. */
function lengthOfName(words: readonly string[], known: readonly string[]): number {
  // "sl list" as one word is not the name of two.
  const names = (length: number): boolean =>
    known.includes(words.slice(0, length).join(" ")) && !/\s/.test(words[0] ?? "");
  return [2, 1].find((length) => words.length >= length && names(length)) ?? 0;
}

/** `--project-dir . sl list` as `sl list --project-dir .`; undefined where there is nothing to put in order. */
function nameFirst(words: readonly string[], known: readonly string[]): string[] | undefined {
  for (const start of words.keys()) {
    const before = words.slice(0, start);
    if (lengthOfName(words.slice(start), known) === 0 || !before.some((word) => word.startsWith("-"))) continue;
    const options = words.slice(start).findIndex((word) => word.startsWith("-"));
    const end = options < 0 ? words.length : start + options;
    return [...words.slice(start, end), ...before, ...words.slice(end)];
  }
  return undefined;
}

function nearOptions(option: string): string[] {
  const bare = option.replace(/^-+/, "").replace(/=.*$/, "").toLowerCase();
  const names = FLAGS.filter((name) => name.startsWith("--")).map((name) => name.slice(2));
  const found = nearNames(bare, names);
  const begun = bare === "" ? [] : names.filter((name) => name.startsWith(bare));
  return (found.length > 0 ? found : begun).map((name) => `--${name}`);
}

/** The words of `ktx "sl list"`, where one argument should have been two. */
function apart(words: readonly string[]): string[] {
  const parts = words.slice(0, 2).flatMap((word) => word.split(/\s+/));
  return [...parts.filter((part) => part !== ""), ...words.slice(2)];
}

function withoutDashes(words: readonly string[]): string[] {
  return words.filter((word, index) => word !== "--" || index !== words.indexOf("--"));
}

/** The words of `ktx npx ktx sl list`, as they are copied from a page. */
function withoutOurName(words: readonly string[]): readonly string[] {
  return words.slice(
    Math.max(
      words.findIndex((word) => !OUR_NAME.test(word)),
      0,
    ),
  );
}

function inSmallLetters(words: readonly string[]): string[] {
  return [...words.slice(0, 2).map((word) => word.toLowerCase()), ...words.slice(2)];
}

/** An option that was written as a command; names with that second word; names like the first two words, or like the first. */
function near(words: readonly string[], known: readonly string[]): string[] {
  const [first = "", second] = words.slice(0, 2).filter((word) => !word.startsWith("-"));
  const siblings = known.filter((name) => name.startsWith(`${first} `));
  if (siblings.length > 0 && second !== undefined) {
    const verbs = siblings.map((name) => name.slice(first.length + 1));
    return nearNames(second.toLowerCase(), verbs).map((verb) => `${first} ${verb}`);
  }
  if (FLAGS.includes(`--${first}`)) return [`--${first}`];
  const seconds = known.filter((name) => name.split(" ")[1] === first);
  if (seconds.length > 0) return seconds;
  const both = second === undefined ? [] : nearNames(`${first} ${second}`, known);
  const firsts = known.map((name) => name.split(" ")[0] ?? "");
  return both.length > 0 ? both : nearNames(first.toLowerCase(), [...known, ...firsts]);
}

function said([first = "", second]: readonly string[], isGroup: boolean): string {
  const words = isGroup && second !== undefined && !second.startsWith("-") ? `${first} ${second}` : first;
  return first === "" || /\s/.test(first) ? `"${words}"` : words;
}

function question(lines: readonly (readonly string[])[], line: (words: readonly string[]) => string): string {
  return lines.length > 0 ? `did you mean ${lines.map(line).join(" or ")}?` : `run: ${line(["--help"])}`;
}
