import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { TestContext } from "node:test";

import type { Host } from "../src/host.js";
import type { FeatureSummary, RuntimeDescription } from "../src/package-assets.js";

/** A host that is nobody's: no variables, no home that exists. */
export function host(changes: Partial<Host> = {}): Host {
  return {
    platform: "linux",
    architecture: "x64",
    environment: {},
    home: "/home/someone",
    workingDirectory: "/home/ann",
    script: "/usr/lib/node_modules/@kaelio/ktx/dist/bin.js",
    ...changes,
  };
}

/** A directory of the test's own, with a name that quoting has to survive; it is removed afterwards. */
export function temporaryDirectory(t: TestContext): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "ktx test's é ")));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A program that is a shell script. */
export function script(file: string, body: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** PATH as this machine has it, for scripts that need its programs, behind `first`. */
export function pathWith(...first: string[]): string {
  return [...first, process.env["PATH"] ?? ""].join(delimiter);
}

export function feature(changes: Partial<FeatureSummary> = {}): FeatureSummary {
  return {
    name: "core",
    summary: "semantic queries",
    default: true,
    consent: "with-runtime",
    download: null,
    commands: [],
    ...changes,
  };
}

export function description(changes: Partial<RuntimeDescription> = {}): RuntimeDescription {
  return {
    schemaVersion: 1,
    version: "1.2.3",
    wheel: { file: "kaelio_ktx-1.2.3-py3-none-any.whl", sha256: "0".repeat(64), size: 1 },
    requiresPython: ">=3.11",
    baseLock: "base.lock",
    uv: { version: "0.13.9", minimum: "0.8.0", wheels: {} },
    indexUrl: "http://127.0.0.1:9/simple",
    commands: [{ name: "runtime install", summary: "install the runtime" }],
    features: [feature({ commands: [{ name: "sl", summary: "the semantic layer" }] })],
    ...changes,
  };
}
