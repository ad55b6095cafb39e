import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { commandWords, inOrder, wishesIn } from "../src/arguments.js";
import { nearNames } from "../src/near.js";
import { commandLine, programOf } from "../src/program.js";
import { isAtLeast } from "../src/versions.js";
import type { Host } from "../src/host.js";
import { host, temporaryDirectory } from "./support.js";

const PNPM = { npm_config_user_agent: "pnpm/10.0.0 npm/? node/v22" };

test("wishes are read up to --, where the words of others begin", () => {
  assert.equal(wishesIn(["sl", "query", "--yes"]).yes, true);
  assert.equal(wishesIn(["sl", "query", "--", "--yes", "-h"]).yes, false);
  assert.equal(wishesIn(["sl", "--", "-h"]).help, false);
  assert.equal(wishesIn(["runtime", "install", "--progress", "json"]).progress, "json");
  assert.equal(wishesIn(["runtime", "install", "--progress=json"]).progress, "json");
  assert.equal(wishesIn(["sl", "json"]).progress, undefined);
  assert.equal(wishesIn(["runtime", "install", "--wheelhouse", "a b"]).wheelhouse, "a b");
  assert.equal(wishesIn(["runtime", "install", "--wheelhouse=w"]).wheelhouse, "w");
  assert.equal(wishesIn([]).wheelhouse, undefined);
});

test("what stands before a command's name is what stands behind it", () => {
  const cases: [string[], string[]][] = [
    [
      ["help", "sl", "query"],
      ["sl", "query", "--help"],
    ],
    [
      ["-h", "sl"],
      ["sl", "--help"],
    ],
    [["help"], ["--help"]],
    [
      ["sl", "help"],
      ["sl", "help"],
    ],
    [
      ["--yes", "--json", "sl", "list", "--all"],
      ["sl", "list", "--yes", "--json", "--all"],
    ],
    [
      ["--", "sl", "--", "--yes"],
      ["sl", "--", "--yes"],
    ],
    [
      ["--json", "-C", "sl"],
      ["--json", "-C", "sl"],
    ],
    [["--yes"], ["--yes"]],
    [
      ["sl", "--yes", "list"],
      ["sl", "--yes", "list"],
    ],
    [[], []],
  ];
  for (const [typed, words] of cases) assert.deepEqual(inOrder(typed), words);
});

test("a command's name ends at the first option that does not stand everywhere", () => {
  assert.deepEqual(commandWords(["--yes", "sl", "query", "--measure", "x"]), ["sl", "query"]);
  assert.deepEqual(commandWords(["runtime", "--json", "status"]), ["runtime", "status"]);
  assert.deepEqual(commandWords(["--frobnicate", "sl"]), []);
  assert.deepEqual(commandWords(["--yes"]), []);
});

test("suggested commands start with what the user typed", () => {
  const windowsFile = String.raw`\node_modules\@kaelio\ktx\dist\bin.js`;
  const global = String.raw`C:\Users\ann\AppData\Roaming\npm`;
  const windows = { platform: "win32", environment: { PATH: String.raw`C:\Windows;${global}` } } as const;
  const cases: [Partial<Host>, string][] = [
    [{ script: "/home/a/.npm/_npx/0f/node_modules/.bin/ktx" }, "npx @kaelio/ktx"],
    [{ ...windows, script: `C:\\npm-cache\\_npx\\0f${windowsFile}` }, "npx @kaelio/ktx"],
    [{ script: "/p/node_modules/.bin/ktx", environment: { npm_lifecycle_event: "npx" } }, "npx ktx"],
    [{ script: "/p/node_modules/.bin/ktx" }, "npx ktx"],
    [{ script: "/p/node_modules/.bin/ktx", environment: { PATH: "/bin:/p/node_modules/.bin" } }, "ktx"],
    [
      {
        script: "/p/node_modules/.bin/ktx",
        environment: { PATH: "/p/node_modules/.bin", npm_lifecycle_event: "report" },
      },
      "npx ktx",
    ],
    [{ script: "/p/node_modules/@kaelio/ktx/dist/bin.js", environment: { PATH: "/nowhere" } }, "npx ktx"],
    [{ script: "/usr/local/bin/ktx" }, "ktx"],
    [{ script: "/usr/local/bin/ktx", environment: { npm_lifecycle_event: "report" } }, "ktx"],
    [{ ...windows, script: `${global}${windowsFile}` }, "ktx"],
    [{ ...windows, script: `${global.toUpperCase()}${windowsFile}` }, "ktx"],
    [{ ...windows, environment: { PATH: `"${global}\\"` }, script: `${global}${windowsFile}` }, "ktx"],
    [{ ...windows, script: `D:\\p${windowsFile}` }, "npx ktx"],
    [{ script: "/cache/pnpm/dlx/9a/node_modules/.bin/ktx", environment: PNPM }, "pnpm dlx @kaelio/ktx"],
    [{ script: "/p/node_modules/@kaelio/ktx/dist/bin.js", environment: PNPM }, "pnpm exec ktx"],
    [{ script: "/p/node_modules/.bin/ktx", environment: { npm_config_user_agent: "yarn/1.22.22" } }, "yarn ktx"],
  ];
  for (const [changes, program] of cases) assert.equal(programOf(host(changes)), program, JSON.stringify(changes));
});

test("what npx was asked for is asked for again, but no address, which may hold a password", (t) => {
  const directory = join(temporaryDirectory(t), "_npx", "0f");
  mkdirSync(directory, { recursive: true });
  const cases: [string, string][] = [
    ["@kaelio/ktx", "npx @kaelio/ktx"],
    ["@kaelio/ktx@1.2.3-rc.1", "npx @kaelio/ktx@1.2.3-rc.1"],
    ["/home/ann/a b/ktx.tgz", "npx --package '/home/ann/a b/ktx.tgz' -- ktx"],
    ["http://ann:secret@127.0.0.1/ktx.tgz", "npx @kaelio/ktx"],
  ];
  for (const [spec, program] of cases) {
    writeFileSync(join(directory, "package.json"), JSON.stringify({ _npx: { packages: [spec] } }));
    assert.equal(programOf(host({ script: join(directory, "node_modules", ".bin", "ktx") })), program);
  }
});

test("a suggested command can be pasted into a shell", () => {
  const words = ["sl", "query", "--filter", "a = 'it''s'", "$HOME", "é", "*", "", 'say "x"', "a\\b"];
  const line = commandLine("ktx", words, "linux");
  const echoed = execFileSync("sh", ["-c", `ktx() { printf '%s\\0' "$@"; }; ${line}`], { encoding: "utf8" });
  assert.deepEqual(echoed.split("\0").slice(0, -1), words);
  assert.equal(commandLine("ktx", ["--filter", 'a "b" c'], "win32"), 'ktx --filter "a ""b"" c"');
});

test("near names are near, best first", () => {
  const names = ["runtime", "sl", "sql", "setup", "embed"];
  assert.deepEqual(nearNames("runtmie", names), ["runtime"]);
  assert.deepEqual(nearNames("sq", names), ["sl", "sql"]);
  assert.deepEqual(nearNames("set", names), ["setup"]);
  assert.deepEqual(nearNames("zzz", names), []);
});

test("versions compare by their numbers", () => {
  assert.ok(isAtLeast("0.13.9", "0.8.0"));
  assert.ok(isAtLeast("0.8", "0.8.0"));
  assert.ok(isAtLeast("3.11.0rc1", "3.11"));
  assert.ok(!isAtLeast("0.7.22", "0.8.0"));
  assert.ok(!isAtLeast("3.9.18", "3.11"));
});
