/** What the launcher itself reads off the command line; every word goes on to Python unchanged. */
export interface Wishes {
  readonly json: boolean;
  readonly yes: boolean;
  readonly noInput: boolean;
  readonly help: boolean;
  /** Progress as NDJSON events instead of text. */
  readonly progressJson: boolean;
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
    progressJson: valueOf(options, "--progress") === "json",
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
