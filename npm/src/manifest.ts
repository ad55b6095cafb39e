import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";

import { reasonOf } from "./errors.js";
import { fieldsOf, textOf } from "./records.js";

const SCHEMA_VERSION = 1;

/** What the launcher needs of a runtime's manifest. */
export interface Manifest {
  /** The interpreter of the current generation. */
  readonly python: string;
  readonly wheelSha256: string;
  readonly generation: string;
  /** Command → the feature it belongs to, of installed features. */
  readonly commands: ReadonlyMap<string, string>;
}

/** What stands on disk for this version of the launcher. */
export type Runtime =
  | { readonly state: "missing" }
  | { readonly state: "broken"; readonly reason: string }
  | { readonly state: "mismatched"; readonly reason: string; readonly manifest: Manifest }
  | { readonly state: "ready"; readonly manifest: Manifest };

/**
 * Look at the runtime in `directory` (`<root>/<version>`, without links). Nothing is written, nothing hashed: this is on the way of
 * every command. A runtime made from another wheel than `wheelSha256` is `mismatched`.
 */
export function readRuntime(directory: string, version: string, wheelSha256: string): Runtime {
  let text: string;
  try {
    text = readFileSync(join(directory, "manifest.json"), "utf8");
  } catch (thrown) {
    const absent = ["ENOENT", "ENOTDIR"].includes((thrown as NodeJS.ErrnoException).code ?? "");
    return absent ? { state: "missing" } : { state: "broken", reason: reasonOf(thrown) };
  }
  try {
    const manifest = parseManifest(text, version);
    requireInterpreter(manifest.python, directory);
    if (manifest.wheelSha256 === wheelSha256) return { state: "ready", manifest };
    return {
      state: "mismatched",
      reason: `it was built from another wheel (${manifest.wheelSha256.slice(0, 12)})`,
      manifest,
    };
  } catch (thrown) {
    return { state: "broken", reason: `manifest.json: ${reasonOf(thrown)}` };
  }
}

function parseManifest(text: string, version: string): Manifest {
  const fields = fieldsOf(JSON.parse(text), "the file");
  if (fields["schemaVersion"] !== SCHEMA_VERSION)
    throw new Error(`schema version ${String(fields["schemaVersion"])} is not known`);
  const cliVersion = textOf(fields, "cliVersion");
  if (cliVersion !== version) throw new Error(`written for version ${cliVersion}`);
  const commands = Object.entries(fieldsOf(fields["commands"], `"commands"`));
  return {
    python: textOf(fieldsOf(fields["python"], `"python"`), "executable"),
    wheelSha256: textOf(fieldsOf(fields["wheel"], `"wheel"`), "sha256"),
    generation: textOf(fields, "generation"),
    commands: new Map(commands.map(([name, feature]) => [name, String(feature)])),
  };
}

/** The interpreter is there and is this runtime's own, not that of a place the files were copied from. */
function requireInterpreter(python: string, directory: string): void {
  if (!statSync(python, { throwIfNoEntry: false })?.isFile()) throw new Error(`its interpreter is gone: ${python}`);
  const way = relative(join(directory, "generations"), python);
  if (way.startsWith("..") || isAbsolute(way)) throw new Error(`its interpreter lies elsewhere: ${python}`);
}
