/** What the launcher itself reads off the command line; every word goes on to Python unchanged. */
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

/** `help sl query` is `sl query --help`. */
export function withHelpBehind(words: readonly string[]): readonly string[] {
  return words[0] === "help" && words.length > 1 ? [...words.slice(1), "--help"] : words;
}

/** The words that name the command, without the options around them. Consent may stand before it. */
export function commandWords(words: readonly string[]): string[] {
  const start = words.findIndex((word) => word !== "--yes" && word !== "--no-input");
  const named = start < 0 ? [] : words.slice(start);
  const end = named.findIndex((word) => word.startsWith("-"));
  return end < 0 ? named : named.slice(0, end);
}
