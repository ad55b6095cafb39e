import assert from "node:assert/strict";
import { test } from "node:test";

import { downloadsText, verdict } from "../src/bootstrap/consent.js";
import type { LauncherError } from "../src/errors.js";
import { commandsNamed, overview, refuseUnknown } from "../src/help.js";
import { description, feature } from "./support.js";

const WITH_GROUPS = description({
  commands: [
    { name: "runtime install", summary: "install" },
    { name: "runtime status", summary: "tell" },
  ],
  features: [
    feature({
      commands: [
        { name: "sl", summary: "the semantic layer" },
        { name: "setup demo", summary: "a demo" },
      ],
    }),
    feature({
      name: "local-embeddings",
      summary: "embeddings",
      default: false,
      consent: "separate",
      commands: [{ name: "setup local-embeddings", summary: "embed" }],
    }),
  ],
});

test("consent, cell by cell", () => {
  for (const canAsk of [true, false]) {
    for (const noInput of [true, false]) assert.equal(verdict({ yes: true, noInput }, canAsk), "granted");
    assert.equal(verdict({ yes: false, noInput: true }, canAsk), "refused");
  }
  assert.equal(verdict({ yes: false, noInput: false }, true), "ask");
  assert.equal(verdict({ yes: false, noInput: false }, false), "refused");
});

test("the question names all that is downloaded, and nothing that is not", () => {
  const download = { what: "core", downloadMb: 6.04, diskMb: 24 };
  const what = description({ features: [feature({ download }), feature({ name: "heavy", default: false })] });
  const pin = { file: "uv.whl", sha256: "", size: 17_606_939, executable: { member: "", sha256: "", size: 0 } };
  assert.equal(
    downloadsText(what, "is not on this machine yet", pin, "/root/of/it"),
    [
      "the Python runtime of ktx 1.2.3 is not on this machine yet",
      "installing it downloads:",
      "  uv 0.13.9, the installer: 18 MB",
      "  core (semantic queries): 6.0 MB, 24 MB on disk",
      "and keeps it in /root/of/it",
    ].join("\n"),
  );
  assert.doesNotMatch(downloadsText(what, "is broken", undefined, "/root"), /uv/);
});

test("words name a command with arguments, or a group of commands", () => {
  const names = (...words: string[]): string[] => commandsNamed(words, WITH_GROUPS).map(({ name }) => name);
  assert.deepEqual(names("sl", "query"), ["sl"]);
  assert.deepEqual(names("setup"), ["setup demo", "setup local-embeddings"]);
  assert.deepEqual(names("setup", "demo", "here"), ["setup demo"]);
  assert.deepEqual(names("setup", "demons"), []);
  assert.deepEqual(names("slq"), []);
});

test("an unknown command is refused with the near ones", () => {
  const refusal = (...words: string[]): LauncherError => {
    try {
      return refuseUnknown(words, WITH_GROUPS, "ktx");
    } catch (thrown) {
      return thrown as LauncherError;
    }
  };
  assert.equal(refusal("rutnime", "install").hint, "did you mean: runtime? run: ktx --help");
  assert.equal(refusal("runtime", "stauts").hint, "did you mean: runtime status? run: ktx --help");
  assert.equal(refusal("setup", "dmeo").message, "there is no command setup dmeo");
  assert.equal(refusal("zzzzzz").hint, "run: ktx --help");
  assert.equal(refusal("zzzzzz").exitCode, 2);
});

test("the overview has every feature with commands, and commands of plugins from elsewhere", () => {
  const acme = { name: "acme", summary: "goes places", commands: [{ name: "acme go", summary: "go there" }] };
  const text = overview(WITH_GROUPS, "npx @kaelio/ktx", [acme]);
  for (const line of [
    "usage: npx @kaelio/ktx <command>",
    "  setup demo  a demo",
    "  setup local-embeddings  embed",
    "acme: goes places",
    "  acme go  go there",
    "  runtime status   tell",
  ]) {
    assert.ok(text.includes(line), line);
  }
  assert.equal(text.match(/^ {2}sl /gm)?.length, 1);
});
