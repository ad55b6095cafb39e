import assert from "node:assert/strict";
import { test } from "node:test";

import { reachesAll } from "../src/handover.js";
import { placesOnPath } from "../src/on-path.js";
import { needsStream } from "../src/output.js";
import { exitCodeOf } from "../src/run.js";
import { pinName } from "../src/uv/platform.js";
import { host } from "./support.js";

test("^C on Windows is what a shell calls interrupted", () => {
  assert.equal(exitCodeOf(0xc000013a, null), 130);
  assert.equal(exitCodeOf(3, null), 3);
  assert.equal(exitCodeOf(null, "SIGKILL"), 137);
});

test("a console of Windows is written to as a stream, since its bytes are of a code page", () => {
  assert.equal(
    needsStream("win32", () => true),
    true,
  );
  assert.equal(
    needsStream("win32", () => false),
    false,
  );
  assert.equal(
    needsStream("linux", () => assert.fail("nobody asks")),
    false,
  );
});

test("what reaches the whole terminal or console is not sent on a second time", () => {
  const yes = (): boolean => true;
  const no = (): boolean => false;
  assert.equal(reachesAll("SIGINT", "linux", yes), true);
  assert.equal(reachesAll("SIGINT", "linux", no), false);
  assert.equal(reachesAll("SIGHUP", "linux", yes), false);
  // Node cannot send that there, and would throw.
  assert.equal(reachesAll("SIGHUP", "win32", no), true);
  assert.equal(reachesAll("SIGTERM", "win32", no), false);
});

test("programs are looked for on PATH as each system does", () => {
  const windows = host({ platform: "win32", environment: { PATH: String.raw`C:\Python;"D:\my tools";tools;;.` } });
  assert.deepEqual(placesOnPath("uv", windows), [String.raw`C:\Python\uv.exe`, String.raw`D:\my tools\uv.exe`]);
  const linux = host({ environment: { PATH: "/usr/bin::.:/opt/it's" } });
  assert.deepEqual(placesOnPath("uv", linux), ["/usr/bin/uv", "/opt/it's/uv"]);
});

test("the pinned uv is told apart by system and processor", () => {
  const never = (): boolean => assert.fail("only Linux has two C libraries");
  assert.equal(pinName(host({ platform: "win32" }), never), "windows-x86_64");
  assert.equal(pinName(host({ platform: "darwin", architecture: "arm64" }), never), "macos-aarch64");
  assert.equal(
    pinName(host(), () => true),
    "linux-x86_64-musl",
  );
});
