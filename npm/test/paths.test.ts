import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { environmentOf } from "../src/host.js";
import { environmentPython, namedRoot, runtimeRoot } from "../src/paths.js";
import { host, temporaryDirectory } from "./support.js";

test("each system has its own place for runtimes", () => {
  const linux = host({ home: "/home/ann" });
  assert.equal(namedRoot(linux), "/home/ann/.local/share/kaelio/ktx/runtime");
  assert.equal(namedRoot({ ...linux, environment: { XDG_DATA_HOME: "/data" } }), "/data/kaelio/ktx/runtime");
  const mac = host({ platform: "darwin", home: "/Users/ann", environment: { XDG_DATA_HOME: "/data" } });
  assert.equal(namedRoot(mac), "/Users/ann/Library/Application Support/kaelio/ktx/runtime");
  const windows = host({ platform: "win32", home: "C:\\Users\\Ann" });
  assert.equal(namedRoot(windows), "C:\\Users\\Ann\\AppData\\Local\\Kaelio\\KTX\\runtime");
  assert.equal(
    namedRoot({ ...windows, environment: { LOCALAPPDATA: "D:\\Local" } }),
    "D:\\Local\\Kaelio\\KTX\\runtime",
  );
});

test("a relative data directory is ignored, as its specification has it", () => {
  assert.equal(
    namedRoot(host({ environment: { XDG_DATA_HOME: "data" } })),
    "/home/someone/.local/share/kaelio/ktx/runtime",
  );
});

test("KTX_RUNTIME_ROOT overrides, relative to where the user stands, with ~ for home", () => {
  const root = (value: string): string => namedRoot(host({ environment: { KTX_RUNTIME_ROOT: value } }));
  assert.equal(root("/elsewhere"), "/elsewhere");
  assert.equal(root("near by"), "/home/ann/near by");
  assert.equal(root("~/runtimes"), "/home/someone/runtimes");
  assert.equal(root(""), "/home/someone/.local/share/kaelio/ktx/runtime");
  const windows = host({ platform: "win32", workingDirectory: "C:\\work", environment: { KTX_RUNTIME_ROOT: "near" } });
  assert.equal(namedRoot(windows), "C:\\work\\near");
});

test("a link on the way to the root is followed, also where the root does not exist yet", (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, "real"));
  symlinkSync(join(directory, "real"), join(directory, "link"));
  const root = (name: string): string =>
    runtimeRoot(host({ environment: { KTX_RUNTIME_ROOT: join(directory, name) } }));
  assert.equal(root("link"), join(directory, "real"));
  assert.equal(root("link/not/there"), join(directory, "real", "not", "there"));
});

test("an environment's interpreter lies where its system puts it", () => {
  assert.equal(environmentPython("/r/venv", "linux"), "/r/venv/bin/python");
  assert.equal(environmentPython("C:\\r\\venv", "win32"), "C:\\r\\venv\\Scripts\\python.exe");
});

test("names of variables lose their case on Windows only", () => {
  assert.deepEqual(environmentOf({ Path: "C:\\bin" }, "win32"), { PATH: "C:\\bin" });
  assert.deepEqual(environmentOf({ Path: "/bin" }, "linux"), { Path: "/bin" });
});
