/** What the launcher itself reads off the command line; every word goes on to Python. */
export interface Wishes {
  readonly json: boolean;
  readonly yes: boolean;
  readonly noInput: boolean;
  readonly help: boolean;
  /** How progress is told: `json` means NDJSON events, `none` nothing, all else lines of text. */
  readonly progress: string | undefined;
  readonly offline: boolean;
  /** A directory with everything that an install needs. */
  readonly wheelhouse: string | undefined;
}

const HELP = ["--help", "-h", "help"];

/** What may stand before the command, too: none of it takes a value. Python's side has the same list. */
export const EVERYWHERE = ["--yes", "--no-input", "--json", "--no-plugins", ...HELP, "--version", "-V"];

export function wishesIn(words: readonly string[]): Wishes {
  const end = words.indexOf("--");
  const options = end < 0 ? words : words.slice(0, end);
  const has = (...names: string[]): boolean => names.some((name) => options.includes(name));
  return {
    json: has("--json"),
    yes: has("--yes"),
    noInput: has("--no-input"),
    help: has("--help", "-h"),
    progress: valueOf(options, "--progress"),
    offline: has("--offline"),
    wheelhouse: valueOf(options, "--wheelhouse"),
  };
}

/** The value of `--name value` or `--name=value`. */
function valueOf(options: readonly string[], name: string): string | undefined {
  const at = options.findIndex((option) => option === name || option.startsWith(`${name}=`));
  const option = options[at];
  return option === name ? options[at + 1] : option?.slice(name.length + 1);
}

/**
 * The words with the command's name first: `--yes sl list` is `sl list --yes`, and `help sl query` is `sl query --help`. A `--` before
 * the command, as runners of packages pass it on, separates nothing.
 */
export function inOrder(typed: readonly string[]): readonly string[] {
  const words = typed[0] === "--" ? typed.slice(1) : typed;
  if (!EVERYWHERE.includes(words[0] ?? "")) return words;
  const start = words.findIndex((word) => !EVERYWHERE.includes(word));
  const before = words
    .slice(0, start < 0 ? words.length : start)
    .map((word) => (HELP.includes(word) ? "--help" : word));
  if (start < 0) return before;
  const end = words.findIndex((word, index) => index > start && word.startsWith("-"));
  if (words[start]?.startsWith("-")) return [...before, ...words.slice(start)];
  return end < 0 ? [...words.slice(start), ...before] : [...words.slice(start, end), ...before, ...words.slice(end)];
}

/** The words that name the command, and what stands behind them up to the first option; flags that stand anywhere are none of them. */
export function commandWords(words: readonly string[]): string[] {
  const named: string[] = [];
  for (const word of words) {
    if (!word.startsWith("-")) named.push(word);
    else if (!EVERYWHERE.includes(word)) break;
  }
  return named;
}
