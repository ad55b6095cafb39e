import assert from "node:assert/strict";
import { test } from "node:test";

import { downloadsText, verdict } from "../src/bootstrap/consent.js";
import type { LauncherError } from "../src/errors.js";
import { groupOverview, overview, overviewAnswer, pageFor } from "../src/help.js";
import { commandNamed, refuseUnknown } from "../src/refuse.js";
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

const KNOWN = ["runtime install", "runtime status", "sl", "sl list", "sl query", "sql", "setup demo"];

test("words name a command with arguments; where verbs can follow a name, one of them has to", () => {
  const named = (...words: string[]): string | undefined => commandNamed(words, KNOWN);
  assert.equal(named("sl"), "sl");
  assert.equal(named("sl", "query", "x"), "sl query");
  assert.equal(named("sl", "qurey"), undefined);
  assert.equal(named("sql", "select 1"), "sql");
  assert.equal(named("setup", "demo", "here"), "setup demo");
  assert.equal(named("setup"), undefined);
  assert.equal(named(), undefined);
});

test("words that name no command are refused with the command line that was meant", () => {
  const refusal = (...words: string[]): LauncherError => {
    try {
      return refuseUnknown({ words, known: KNOWN, program: "ktx", platform: "linux" });
    } catch (thrown) {
      return thrown as LauncherError;
    }
  };
  const cases: [string[], string, string][] = [
    [["rutnime", "install"], "there is no command rutnime", "did you mean ktx runtime install?"],
    [["runtime", "stauts"], "there is no command runtime stauts", "did you mean ktx runtime status?"],
    [["setup", "dmeo"], "there is no command setup dmeo", "did you mean ktx setup demo?"],
    [["install"], "there is no command install", "did you mean ktx runtime install?"],
    [["query", "--measure", "x"], "there is no command query", "did you mean ktx sl query?"],
    [["sl list"], 'there is no command "sl list"', "did you mean ktx sl list?"],
    [["sl", "lst"], "there is no command sl lst", "did you mean ktx sl list?"],
    [["sl", "query --measure"], "there is no command sl query --measure", "did you mean ktx sl query --measure?"],
    [["runtime", "--", "status"], "there is no command runtime", "did you mean ktx runtime status?"],
    [["sl query", "-x", "a b"], 'there is no command "sl query"', "did you mean ktx sl query -x 'a b'?"],
    [["SL", "List"], "there is no command SL", "did you mean ktx sl list?"],
    [["npx", "@kaelio/ktx@0.1.0", "sl", "list"], "there is no command npx", "did you mean ktx sl list?"],
    [["version"], "there is no command version", "did you mean ktx --version?"],
    [["-v"], "there is no option -v before a command", "did you mean ktx --version?"],
    [["--hlep"], "there is no option --hlep before a command", "did you mean ktx --help?"],
    [["-C", "..", "sl", "list", "--json"], "-C stands before the command's name", "run: ktx sl list -C .. --json"],
    [["runtime", "--json"], "no verb after runtime", "run: ktx runtime --help"],
    [[""], 'there is no command ""', "run: ktx --help"],
    [["zzzzzz"], "there is no command zzzzzz", "run: ktx --help"],
  ];
  for (const [words, message, hint] of cases) {
    const told = refusal(...words);
    assert.deepEqual([told.message, told.hint, told.exitCode], [message, hint, 2]);
  }
});

test("help that was written for ktx is help for whatever was typed", () => {
  const page = "usage: ktx sl query [-h]\n\nSee `ktx sl list`. The ktx of old.\n\n    $ ktx sl query\n";
  assert.equal(
    pageFor("npx ktx", page),
    "usage: npx ktx sl query [-h]\n\nSee `npx ktx sl list`. The ktx of old.\n\n    $ npx ktx sl query\n",
  );
});

test("a word with verbs behind it is explained by them", () => {
  assert.match(
    groupOverview("setup", WITH_GROUPS, "ktx") ?? "",
    /^usage: ktx setup <verb>[^]* {2}setup demo .*a demo\n/,
  );
  assert.equal(groupOverview("sl", WITH_GROUPS, "ktx"), undefined);
});

test("programs get every command, too, with the feature that brings it", () => {
  const { commands, version } = overviewAnswer(WITH_GROUPS, []);
  assert.equal(version, "1.2.3");
  assert.deepEqual(
    commands.map(({ name, feature: owner }) => [name, owner]),
    [
      ["sl", "core"],
      ["setup demo", "core"],
      ["setup local-embeddings", "local-embeddings"],
      ["runtime install", null],
      ["runtime status", null],
    ],
  );
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
