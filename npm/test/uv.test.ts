import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { LauncherError } from "../src/errors.js";
import type { Host } from "../src/host.js";
import type { RuntimeDescription, UvWheelPin } from "../src/package-assets.js";
import type { BasePython } from "../src/python/find.js";
import { bringUv, locateUv } from "../src/uv/ensure.js";
import { findUv } from "../src/uv/find.js";
import { keepUv, verifiedOwnUv } from "../src/uv/own.js";
import { pinName } from "../src/uv/platform.js";
import { memberOf } from "../src/uv/unpack.js";
import { description, host, pathWith, script, temporaryDirectory } from "./support.js";

const PROGRAM = `#!/bin/sh\necho "uv 0.13.9 (${"x".repeat(3000)})"\n`;
const MEMBER = "uv-0.13.9.data/scripts/uv";
const sha256 = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");

interface Pinned {
  directory: string;
  wheel: Buffer;
  pin: UvWheelPin;
  description: RuntimeDescription;
}

/** A wheel as the pins name it, made by Python's zipfile. */
function pinned(t: TestContext): Pinned {
  const directory = temporaryDirectory(t);
  const file = join(directory, "uv-0.13.9-py3-none-any.whl");
  const make = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("uv/__init__.py", "")
    archive.writestr(sys.argv[2], sys.argv[3])
    archive.writestr("stored", "as it is", compress_type=zipfile.ZIP_STORED)`;
  execFileSync("python3", ["-c", make, file, MEMBER, PROGRAM]);
  const wheel = readFileSync(file);
  const executable = { member: MEMBER, sha256: sha256(PROGRAM), size: PROGRAM.length };
  const pin = { file: "uv-0.13.9-py3-none-any.whl", sha256: sha256(wheel), size: wheel.length, executable };
  const wheels = { "linux-x86_64": pin, "linux-x86_64-musl": pin };
  return { directory, wheel, pin, description: description({ uv: { version: "0.13.9", minimum: "0.8.0", wheels } }) };
}

const search = (
  at: Host,
  root: string,
  what: RuntimeDescription,
  forbidden?: string,
): Parameters<typeof locateUv>[0] => ({
  host: at,
  root,
  description: what,
  forbidden,
  retry: "ktx sl query",
});

test("a member of an archive is found and unpacked", (t) => {
  const { wheel } = pinned(t);
  assert.equal(memberOf(wheel, MEMBER).toString(), PROGRAM);
  assert.equal(memberOf(wheel, "stored").toString(), "as it is");
  assert.throws(() => memberOf(wheel, "other"), /no other in the archive/);
  assert.throws(() => memberOf(Buffer.from("<html>"), MEMBER), /not a zip archive/);
});

test("a fetched uv is kept whole, runs, and is known again", (t) => {
  const {
    directory,
    wheel,
    pin,
    description: { uv },
  } = pinned(t);
  const kept = keepUv(directory, uv, pin, wheel, "linux");
  assert.equal(kept.executable, join(directory, "uv", "0.13.9", "uv"));
  assert.match(execFileSync(kept.executable, { encoding: "utf8" }), /^uv 0\.13\.9/);
  assert.deepEqual(readdirSync(join(directory, "uv", "0.13.9")), ["uv"]);
  assert.deepEqual(verifiedOwnUv(directory, uv, pin, "linux"), kept);
});

test("a wheel of uv that was altered or cut off on its way is refused before it is unpacked", (t) => {
  const {
    directory,
    wheel,
    pin,
    description: { uv },
  } = pinned(t);
  const altered = Buffer.from(wheel);
  altered[40] = (altered[40] ?? 0) ^ 1;
  assert.throws(() => keepUv(directory, uv, pin, altered, "linux"), /its sha256 is/);
  assert.throws(() => keepUv(directory, uv, pin, wheel.subarray(0, -1), "linux"), /bytes instead of/);
  assert.ok(!existsSync(join(directory, "uv")));
});

test("a kept uv that was altered since is not used again", (t) => {
  const {
    directory,
    wheel,
    pin,
    description: { uv },
  } = pinned(t);
  const { executable } = keepUv(directory, uv, pin, wheel, "linux");
  writeFileSync(executable, PROGRAM.replace("0.13.9", "6.6.66"));
  assert.equal(verifiedOwnUv(directory, uv, pin, "linux"), undefined);
});

test("where a file stands on the way, our own uv is missing and nothing worse", (t) => {
  const { directory, pin, description: found } = pinned(t);
  writeFileSync(join(directory, "root"), "");
  assert.equal(verifiedOwnUv(join(directory, "root"), found.uv, pin, "linux"), undefined);
});

test("on PATH the first uv that is new enough is taken, by its real path", async (t) => {
  const directory = temporaryDirectory(t);
  script(join(directory, "old", "uv"), 'echo "uv 0.7.9"');
  script(join(directory, "liar", "uv"), 'echo "unusual virtues"');
  script(join(directory, "broken", "uv"), "exit 1");
  const real = script(join(directory, "real", "uv-1"), 'echo "uv 0.8.0 (1234 2026-01-01)"');
  mkdirSync(join(directory, "link"));
  symlinkSync(real, join(directory, "link", "uv"));
  const path = ["old", "liar", "broken", "link"].map((name) => join(directory, name)).join(":");
  const found = await findUv(host({ environment: { PATH: path } }), description().uv);
  assert.deepEqual(found, { executable: real, version: "0.8.0" });
});

test("a version manager's shim is asked for what stands behind it", async (t) => {
  const directory = temporaryDirectory(t);
  const real = script(join(directory, "versions", "3.11", "uv"), 'echo "uv 0.13.9"');
  script(join(directory, "shims", "uv"), `exec "${real}" "$@"`);
  script(join(directory, "bin", "pyenv"), `echo "${real}"`);
  const path = pathWith(join(directory, "shims"), join(directory, "bin"));
  const found = await findUv(host({ environment: { PATH: path } }), description().uv);
  assert.equal(found?.executable, real);
});

test("a KTX_UV that will not do is an error, not a reason to look elsewhere", async (t) => {
  const directory = temporaryDirectory(t);
  const good = script(join(directory, "good", "uv"), 'echo "uv 0.13.9"');
  const old = script(join(directory, "old", "uv"), 'echo "uv 0.1.0"');
  const find = (file: string): ReturnType<typeof findUv> =>
    findUv(host({ environment: { KTX_UV: file, PATH: join(directory, "good") } }), description().uv);
  assert.equal((await find(good))?.executable, good);
  await assert.rejects(
    find(old),
    (thrown: LauncherError) => thrown.code === "uv-unsuitable" && /uv 0\.1\.0/.test(thrown.message),
  );
  await assert.rejects(find(join(directory, "none")), /ENOENT/);
});

test("our own copy is used before anything is fetched, and only while it is intact", async (t) => {
  const { directory, wheel, pin, description: what } = pinned(t);
  const { executable } = keepUv(directory, what.uv, pin, wheel, "linux");
  assert.deepEqual(await locateUv(search(host(), directory, what)), { uv: { executable, version: "0.13.9" } });
  writeFileSync(executable, "something else");
  assert.deepEqual(await locateUv(search(host(), directory, what)), { pin });
});

test("where fetching is forbidden or nothing is pinned, the error says how to install uv and how to go on", async (t) => {
  const { directory, description: what } = pinned(t);
  const refused = async (at: Host, reason: RegExp, forbidden?: string): Promise<void> => {
    await assert.rejects(locateUv(search(at, directory, what, forbidden)), (thrown: LauncherError) => {
      assert.equal(thrown.code, "uv-missing");
      assert.match(thrown.message, reason);
      assert.match(thrown.hint, /install uv .* then run: ktx sl query$/);
      return true;
    });
  };
  await refused(host({ environment: { KTX_UV_BOOTSTRAP: "never" } }), /KTX_UV_BOOTSTRAP=never/);
  await refused(host(), /--offline/, "--offline forbids fetching it");
  await refused(host({ platform: "freebsd", architecture: "riscv64" }), /freebsd-riscv64/);
});

test("every system that uv is pinned for is found under its own name", () => {
  const pins = JSON.parse(readFileSync(join(__dirname, "../../../ktx_runtime/locks/uv.json"), "utf8")) as {
    wheels: object;
  };
  const names = [];
  for (const platform of ["linux", "darwin", "win32"] as const) {
    for (const architecture of ["x64", "arm64"]) {
      for (const musl of platform === "linux" ? [false, true] : [false])
        names.push(pinName({ platform, architecture }, () => musl));
    }
  }
  assert.deepEqual(names.sort(), Object.keys(pins.wheels).sort());
});

const NO_PIP: BasePython = { executable: "/none", version: "3.11.7", hasPip: false };

test("without pip the pinned wheel is fetched from the configured index", async (t) => {
  const { directory, wheel, pin, description: what } = pinned(t);
  const server = createServer((request, answer) => {
    if (request.url === "/simple/uv/")
      answer.writeHead(200, { "content-type": "text/html" }).end(`<a href="/f/${pin.file}">uv</a>`);
    else answer.end(request.url === `/f/${pin.file}` ? wheel : "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const environment = { UV_DEFAULT_INDEX: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple` };
  const fetch = {
    host: host({ environment }),
    description: what,
    pin,
    python: NO_PIP,
    staging: directory,
    wheelhouse: undefined,
    signal: new AbortController().signal,
  };
  const uv = await bringUv(fetch, directory, "ktx sl query");
  assert.equal(readFileSync(uv.executable, "utf8"), PROGRAM);
});

test("an index that cannot be reached is a focused error without its password", async (t) => {
  const { directory, pin, description: what } = pinned(t);
  const environment = { PIP_INDEX_URL: "http://ann:secret@127.0.0.1:9/simple", UV_HTTP_RETRIES: "0" };
  const fetch = {
    host: host({ environment }),
    description: what,
    pin,
    python: NO_PIP,
    staging: directory,
    wheelhouse: undefined,
    signal: new AbortController().signal,
  };
  await assert.rejects(bringUv(fetch, directory, "ktx sl query"), (thrown: LauncherError) => {
    assert.equal(thrown.code, "uv-missing");
    assert.match(thrown.message, /fetching it failed: http:\/\/127\.0\.0\.1:9\/simple\/uv\/: .*ECONNREFUSED/);
    assert.doesNotMatch(thrown.message + thrown.hint, /secret/);
    return true;
  });
});

test("a wheelhouse serves uv without a network", async (t) => {
  const { directory, pin, description: what } = pinned(t);
  const fetch = {
    host: host(),
    description: what,
    pin,
    python: NO_PIP,
    staging: directory,
    wheelhouse: directory,
    signal: new AbortController().signal,
  };
  const uv = await bringUv(fetch, directory, "ktx sl query");
  assert.equal(readFileSync(uv.executable, "utf8"), PROGRAM);
});
