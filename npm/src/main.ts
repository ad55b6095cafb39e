import { commandWords, EVERYWHERE, inOrder, wishesIn } from "./arguments.js";
import { ExitCode } from "./errors.js";
import { print, printJson } from "./output.js";
import { PackageAssets } from "./package-assets.js";

/**
 * Run the command that the words say; the exit code. Whatever a call needs beyond its words and the package's own
 * description is loaded when it is needed: `ktx --version` takes hardly longer than node itself.
 */
export async function main(typed: readonly string[], assetsDirectory: string): Promise<number> {
  const words = inOrder(typed);
  const wishes = wishesIn(words);
  try {
    const assets = new PackageAssets(assetsDirectory);
    if (isVersion(words)) return showVersion(assets.runtime.version, wishes.json);
    const { dispatch } = await import("./dispatch.js");
    return await dispatch(words, wishes, assets);
  } catch (thrown) {
    const { reportFailure } = await import("./cold.js");
    return reportFailure(thrown, commandWords(words).slice(0, 2).join(" "), wishes.json);
  }
}

/** `--version` stands before any command, or alone. */
function isVersion(words: readonly string[]): boolean {
  return (
    words.every((word) => EVERYWHERE.includes(word)) && words.some((word) => word === "--version" || word === "-V")
  );
}

function showVersion(version: string, json: boolean): number {
  if (json) printJson({ schemaVersion: 1, command: "version", ok: true, version });
  else print(`ktx ${version}\n`);
  return ExitCode.ok;
}
