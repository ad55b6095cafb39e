import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { commandWords, wishesIn, withHelpBehind } from "../src/arguments.js";
import { nearNames } from "../src/near.js";
import { commandLine, programOf } from "../src/program.js";
import { isAtLeast } from "../src/versions.js";
import { host } from "./support.js";

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

test("help before a command is help behind it", () => {
  assert.deepEqual(withHelpBehind(["help", "sl", "query"]), ["sl", "query", "--help"]);
  assert.deepEqual(withHelpBehind(["help"]), ["help"]);
  assert.deepEqual(withHelpBehind(["sl", "help"]), ["sl", "help"]);
});

test("a command's name is found behind consent and before options", () => {
  assert.deepEqual(commandWords(["--yes", "sl", "query", "--measure", "x"]), ["sl", "query"]);
  assert.deepEqual(commandWords(["--no-input", "--yes", "runtime"]), ["runtime"]);
  assert.deepEqual(commandWords(["--frobnicate", "sl"]), []);
  assert.deepEqual(commandWords(["--yes"]), []);
});

test("suggested commands start with what the user typed", () => {
  assert.equal(programOf(host({ script: "/home/a/.npm/_npx/0f/node_modules/.bin/ktx" })), "npx @kaelio/ktx");
  assert.equal(
    programOf(host({ script: "C:\\npm-cache\\_npx\\0f\\node_modules\\@kaelio\\ktx\\dist\\bin.js", platform: "win32" })),
    "npx @kaelio/ktx",
  );
  const local = { script: "/p/node_modules/.bin/ktx" };
  assert.equal(programOf(host({ ...local, environment: { npm_lifecycle_event: "npx" } })), "npx ktx");
  assert.equal(programOf(host(local)), "ktx");
  const pnpm = { npm_config_user_agent: "pnpm/10.0.0 npm/? node/v22" };
  assert.equal(
    programOf(host({ script: "/cache/pnpm/dlx/9a/node_modules/.bin/ktx", environment: pnpm })),
    "pnpm dlx @kaelio/ktx",
  );
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
