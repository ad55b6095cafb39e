import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

import type { LauncherError } from "../src/errors.js";
import { findPython } from "../src/python/find.js";
import { host, pathWith, script, temporaryDirectory } from "./support.js";

/** A script that answers the probe as a Python of that version would. */
function python(file: string, version: string, implementation = "cpython"): string {
  const answer = JSON.stringify({ executable: file, version, implementation, hasPip: false });
  return script(file, `while read -r line; do printf '%s\\n' "$line"; done <<'END'\n${answer}\nEND`);
}

test("this machine's Python is found behind whatever stands on PATH, as an absolute path that is no link", async () => {
  const found = await findPython(host({ environment: { PATH: pathWith() } }), ">=3.11");
  const real = execFileSync("python3", ["-c", "import sys; print(sys._base_executable)"], { encoding: "utf8" }).trim();
  assert.equal(found.executable, real);
});

test("an active virtual environment is looked through", async (t) => {
  const directory = temporaryDirectory(t);
  execFileSync("python3", ["-m", "venv", "--without-pip", join(directory, "venv")]);
  const environment = {
    PATH: join(directory, "venv", "bin"),
    VIRTUAL_ENV: join(directory, "venv"),
    PYTHONHOME: "/nonsense",
  };
  const found = await findPython(host({ environment }), ">=3.11");
  assert.ok(!found.executable.startsWith(directory), found.executable);
});

test("the user's default is taken when it will do, else the newest that will", async (t) => {
  const directory = temporaryDirectory(t);
  python(join(directory, "old", "python3"), "3.9.18");
  const newer = python(join(directory, "old", "python3.12"), "3.12.1");
  const newest = python(join(directory, "old", "python3.13"), "3.13.0");
  script(join(directory, "old", "python3.14"), "echo 'pyenv: python3.14: command not found' >&2; exit 127");
  const fine = python(join(directory, "new", "python3"), "3.11.0");
  const find = async (...names: string[]): Promise<string> => {
    const path = names.map((name) => join(directory, name)).join(":");
    return (await findPython(host({ environment: { PATH: path } }), ">=3.11")).executable;
  };
  assert.equal(await find("new", "old"), fine);
  assert.equal(await find("old"), newest);
  assert.notEqual(newer, newest);
});

test("KTX_PYTHON has the last word, and an unsuitable one is an error", async (t) => {
  const directory = temporaryDirectory(t);
  const chosen = python(join(directory, "chosen"), "3.12.0");
  const find = (value: string): ReturnType<typeof findPython> =>
    findPython(
      host({ environment: { PATH: pathWith(directory), KTX_PYTHON: value }, workingDirectory: directory }),
      ">=3.11",
    );
  assert.equal((await find(chosen)).executable, chosen);
  assert.equal((await find("./chosen")).executable, chosen);
  assert.equal((await find("chosen")).executable, chosen);
  for (const [value, reason] of [
    [python(join(directory, "ancient"), "2.7.18"), /it is Python 2\.7\.18/],
    [python(join(directory, "pypy"), "3.11.9", "pypy"), /it is pypy/],
    ["no-such-python", /not on PATH/],
    [join(directory, "none"), /ENOENT/],
  ] as const) {
    await assert.rejects(
      find(value),
      (thrown: LauncherError) => thrown.code === "python-unsuitable" && reason.test(thrown.message),
    );
  }
});

test("without any Python the error names what was found and how to get one, for each system", async (t) => {
  const directory = temporaryDirectory(t);
  python(join(directory, "python3"), "3.9.18");
  script(join(directory, "python"), "exit 9");
  const find = (platform: NodeJS.Platform, path: string): ReturnType<typeof findPython> =>
    findPython(host({ platform, environment: { PATH: path } }), ">=3.11");
  await assert.rejects(
    find("linux", directory).catch((thrown: LauncherError) => {
      assert.match(thrown.hint, /3\.11 or newer .*KTX_PYTHON/);
      throw thrown;
    }),
    /found only Python 3\.9\.18/,
  );
  await assert.rejects(find("darwin", ""), (thrown: LauncherError) => /brew install python/.test(thrown.hint));
  await assert.rejects(find("win32", ""), (thrown: LauncherError) => /winget install/.test(thrown.hint));
});
