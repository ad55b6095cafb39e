import { existsSync } from "node:fs";
import { join } from "node:path";

import { commandWords, EVERYWHERE, type Wishes } from "./arguments.js";
import { ExitCode } from "./errors.js";
import { thisHost, type Environment, type Host } from "./host.js";
import { readRuntime, type Manifest } from "./manifest.js";
import { print, printJson, tell } from "./output.js";
import type { PackageAssets } from "./package-assets.js";
import { runtimeRoot } from "./paths.js";
import { programOf } from "./program.js";
import { CONTROLLER, WORKER } from "./python-modules.js";

interface Call {
  readonly words: readonly string[];
  readonly wishes: Wishes;
  readonly assets: PackageAssets;
  readonly host: Host;
  readonly program: string;
}

/** Decide who answers: the launcher, the runtime's worker or controller, or a controller made for this one call. */
export async function dispatch(words: readonly string[], wishes: Wishes, assets: PackageAssets): Promise<number> {
  const host = thisHost();
  const program = programOf(host);
  const call: Call = { words, wishes, assets, host, program };
  const { version, wheel } = assets.runtime;
  const root = runtimeRoot(host);
  const runtime = readRuntime(join(root, version), version, wheel.sha256);
  if (isOverview(words)) {
    const { overview, overviewAnswer, pluginFeatures } = await import("./cold.js");
    const plugins = "manifest" in runtime ? pluginFeatures(join(root, version), runtime.manifest, assets.runtime) : [];
    if (wishes.json) printJson(overviewAnswer(assets.runtime, plugins));
    else print(overview(assets.runtime, program, plugins));
    return ExitCode.ok;
  }
  const [first, second] = commandWords(words);
  if (first === "completion") {
    const { showCompletion } = await import("./cold.js");
    return showCompletion(second, assets, program);
  }
  if (words[0] === "complete" && runtime.state !== "ready") {
    const { showCommandNames } = await import("./cold.js");
    return showCommandNames(words, assets.runtime);
  }
  const asksStatus = first === "runtime" && second === "status";
  if (runtime.state === "ready" || (runtime.state === "mismatched" && asksStatus))
    return await warm(call, runtime.manifest, join(root, version));
  if (asksStatus && runtime.state !== "mismatched" && !wishes.help) {
    const { reportStatus } = await import("./cold.js");
    return reportStatus({ runtime, version, root, program, json: wishes.json, words });
  }
  const answer = await withoutRuntime(call, runtime.state === "missing");
  if (answer !== undefined) return answer;
  const { bootstrap, canAsk, runFromWheel } = await import("./cold.js");
  // A doctor is there for those with whom nothing works yet. What it mends, it mends as any install does.
  if (first === "runtime" && second === "doctor" && runtime.state !== "mismatched" && !words.includes("--fix"))
    return await runFromWheel(host, assets, words, environmentFor(call));
  const why = runtime.state === "missing" ? "is not on this machine yet" : `cannot be used as it is: ${runtime.reason}`;
  return await bootstrap({
    why,
    canAsk: canAsk(),
    host,
    assets,
    root,
    program,
    words,
    wishes,
    environment: environmentFor(call),
    say: sayer(call),
  });
}

/**
 * A runtime is there: for a command of an installed feature its daemon, if one runs and takes the command, else its worker; its
 * controller for all else.
 */
async function warm(call: Call, manifest: Manifest, directory: string): Promise<number> {
  const { words, host, program } = call;
  const [first = "", second] = words;
  const isOfFeatures =
    manifest.commands.has(`${first} ${second}`) || (manifest.commands.has(first) && !first.includes(" "));
  // What could be typed next is known where the features' commands are.
  const isFeatures = isOfFeatures || words[0] === "complete";
  if (isFeatures && !host.environment["KTX_NO_DAEMON"] && existsSync(join(directory, "daemon.json"))) {
    const { runInDaemon } = await import("./daemon.js");
    const { generation } = manifest;
    const { workingDirectory, environment } = host;
    const exitCode = await runInDaemon({ directory, generation, words, workingDirectory, environment, program });
    if (exitCode !== undefined) return exitCode;
  }
  const { handOver } = await import("./cold.js");
  const module = isFeatures ? WORKER : CONTROLLER;
  return await handOver(manifest.python, module, isFeatures ? ["run", ...words] : words, environmentFor(call));
}

/** What can be said of a command before its runtime is there, or while it is broken; undefined when it has to be run. */
async function withoutRuntime(call: Call, isMissing: boolean): Promise<number | undefined> {
  const { words, wishes, assets, host, program } = call;
  const { commandNamed, groupOverview, pageFor, refuseUnknown } = await import("./cold.js");
  const pages = assets.helpPages();
  const known = Object.keys(pages);
  const named = commandWords(words);
  const page = pages[commandNamed(named, known) ?? ""];
  if (page !== undefined) {
    if (!wishes.help) return undefined;
    print(pageFor(program, page));
    return ExitCode.ok;
  }
  const isGroupAlone = named.length === 1 && words.every((word) => word === named[0] || word === "--help");
  const verbs = isGroupAlone ? groupOverview(named[0] ?? "", assets.runtime, program) : undefined;
  if (verbs !== undefined) {
    print(verbs);
    return ExitCode.ok;
  }
  // A runtime that is broken may have had commands of plugins.
  return isMissing ? refuseUnknown({ words, known, program, platform: host.platform }) : undefined;
}

/** What Python gets to know of the launcher. */
function environmentFor({ host, assets, program }: Call): Environment {
  const { KTX_CONSENT: _, ...inherited } = host.environment;
  return {
    ...inherited,
    KTX_CLI_VERSION: assets.runtime.version,
    KTX_WHEEL: assets.wheel,
    KTX_WHEEL_SHA256: assets.runtime.wheel.sha256,
    KTX_PROGRAM: program,
  };
}

function sayer({ wishes }: Call): (text: string) => void {
  switch (wishes.progress) {
    case "none":
      return () => {};
    case "json":
      return (message) =>
        tell(`${JSON.stringify({ schemaVersion: 1, event: "progress", phase: "prepare", message, fraction: 0 })}\n`);
    default:
      return (message) => tell(`ktx: ${message}\n`);
  }
}

/** Nothing that names a command. */
function isOverview(words: readonly string[]): boolean {
  return words.every((word) => EVERYWHERE.includes(word));
}
