import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";

import { readRuntime } from "../src/manifest.js";
import { temporaryDirectory } from "./support.js";

const WHEEL = "a".repeat(64);

interface Written {
  directory: string;
  python: string;
  write(changes?: object): void;
}

function runtime(t: TestContext): Written {
  const directory = temporaryDirectory(t);
  const python = join(directory, "generations", "0123abcd", "venv", "bin", "python");
  mkdirSync(dirname(python), { recursive: true });
  writeFileSync(python, "");
  const write = (changes: object = {}): void => {
    const manifest = {
      schemaVersion: 1,
      cliVersion: "1.2.3",
      wheel: { file: "kaelio_ktx-1.2.3-py3-none-any.whl", sha256: WHEEL },
      generation: "0123abcd",
      python: { executable: python, version: "3.11.7" },
      commands: { sl: "core", "setup demo": "core" },
      ...changes,
    };
    writeFileSync(join(directory, "manifest.json"), JSON.stringify(manifest));
  };
  return { directory, python, write };
}

const read = (directory: string): ReturnType<typeof readRuntime> => readRuntime(directory, "1.2.3", WHEEL);

test("a runtime of this version and this wheel is ready", (t) => {
  const { directory, python, write } = runtime(t);
  write();
  const found = read(directory);
  assert.equal(found.state, "ready");
  assert.ok(found.state === "ready");
  assert.equal(found.manifest.python, python);
  assert.deepEqual(
    [...found.manifest.commands],
    [
      ["sl", "core"],
      ["setup demo", "core"],
    ],
  );
});

test("without a manifest there is no runtime, whatever else lies there", (t) => {
  const { directory } = runtime(t);
  assert.deepEqual(read(directory), { state: "missing" });
  assert.deepEqual(read(join(directory, "generations", "0123abcd", "venv", "bin", "python")), { state: "missing" });
});

test("a runtime of another wheel is mismatched, and its manifest is still told", (t) => {
  const { directory, write } = runtime(t);
  write({ wheel: { file: "x.whl", sha256: "b".repeat(64) } });
  const found = read(directory);
  assert.ok(found.state === "mismatched");
  assert.match(found.reason, /bbbbbbbbbbbb/);
});

for (const [what, content] of [
  ["empty", ""],
  ["cut off", `{"schemaVersion": 1, "cliVer`],
  ["no object", "[]"],
  ["null", "null"],
  ["of nothing but an object", "{}"],
] as const) {
  test(`a manifest that is ${what} is broken`, (t) => {
    const { directory } = runtime(t);
    writeFileSync(join(directory, "manifest.json"), content);
    assert.equal(read(directory).state, "broken");
  });
}

for (const [what, changes, reason] of [
  ["of a newer schema", { schemaVersion: 2 }, /schema version 2/],
  ["of another ktx", { cliVersion: "9.9.9" }, /9\.9\.9/],
  ["without an interpreter", { python: {} }, /executable/],
  ["without commands", { commands: null }, /commands/],
  ["naming an interpreter elsewhere", { python: { executable: "/bin/sh", version: "3" } }, /elsewhere/],
] as const) {
  test(`a manifest ${what} is broken, and says why`, (t) => {
    const { directory, write } = runtime(t);
    write(changes);
    const found = read(directory);
    assert.ok(found.state === "broken", found.state);
    assert.match(found.reason, reason);
  });
}

test("a manifest whose interpreter is gone is broken", (t) => {
  const { directory, python, write } = runtime(t);
  write({ python: { executable: `${python}3`, version: "3.11.7" } });
  const found = read(directory);
  assert.ok(found.state === "broken");
  assert.match(found.reason, /gone/);
});
