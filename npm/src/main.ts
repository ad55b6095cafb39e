import { join } from "node:path";

import { commandWords, wishesIn } from "./arguments.js";
import { ExitCode, LauncherError } from "./errors.js";
import { reportFailure } from "./failure.js";
import { thisHost, type Environment, type Host } from "./host.js";
import { readRuntime, type Manifest } from "./manifest.js";
import { print, printJson, tell } from "./output.js";
import { PackageAssets } from "./package-assets.js";
import { runtimeRoot } from "./paths.js";
import { programOf } from "./program.js";

const CONTROLLER = "ktx_runtime";
const WORKER = "ktx_daemon";

/** Run the command that `words` say; the exit code. What it needs beyond reading a manifest is loaded when it is needed. */
export async function main(words: readonly string[], assetsDirectory: string): Promise<number> {
  const wishes = wishesIn(words);
  try {
    const assets = new PackageAssets(assetsDirectory);
    const [first = ""] = words;
    if (["--version", "-V"].includes(first)) return showVersion(assets.runtime.version, wishes.json);
    const host = thisHost();
    const program = programOf(host);
    return await dispatch({ words, wishes, assets, host, program });
  } catch (thrown) {
    const { Interrupted } = await import("./bootstrap/interruption.js");
    if (thrown instanceof Interrupted) return thrown.exitCode;
    return reportFailure(thrown, commandName(words), wishes.json);
  }
}

interface Call {
  readonly words: readonly string[];
  readonly wishes: ReturnType<typeof wishesIn>;
  readonly assets: PackageAssets;
  readonly host: Host;
  readonly program: string;
}

async function dispatch(call: Call): Promise<number> {
  const { words, wishes, assets, host, program } = call;
  const { version, wheel } = assets.runtime;
  const root = runtimeRoot(host);
  const runtime = readRuntime(join(root, version), version, wheel.sha256);
  if (isOverview(words)) {
    const { overview } = await import("./help.js");
    print(overview(assets.runtime, program, "manifest" in runtime ? runtime.manifest.commands : new Map()));
    return ExitCode.ok;
  }
  const [first, second] = commandWords(words);
  const asksStatus = first === "runtime" && second === "status";
  if (runtime.state === "ready" || (runtime.state === "mismatched" && asksStatus)) return await warm(call, runtime.manifest);
  if (asksStatus && runtime.state !== "mismatched" && !wishes.help) {
    const { reportStatus } = await import("./status.js");
    return reportStatus({ runtime, version, root, program, json: wishes.json });
  }
  if (runtime.state === "missing") {
    const answer = await withoutRuntime(call);
    if (answer !== undefined) return answer;
  }
  const { bootstrap } = await import("./bootstrap/bootstrap.js");
  return await bootstrap({ host, assets, root, program, words, wishes, environment: environmentFor(call), say: sayer(call) });
}

/** A runtime is there: its worker for a command of an installed feature, its controller for all else. */
async function warm(call: Call, manifest: Manifest): Promise<number> {
  const { handOver } = await import("./handover.js");
  const { words } = call;
  const isFeatures = [words.slice(0, 2).join(" "), words[0] ?? ""].some((name) => manifest.commands.has(name));
  const module = isFeatures ? WORKER : CONTROLLER;
  return await handOver(manifest.python, module, isFeatures ? ["run", ...words] : words, environmentFor(call));
}

/** What can be said of a command before anything is installed; undefined when it has to be run. */
async function withoutRuntime({ words, wishes, assets, program }: Call): Promise<number | undefined> {
  const { allCommands, commandHelp } = await import("./help.js");
  const known = allCommands(assets.runtime).map(({ name }) => name);
  const firstWords = new Set(["runtime", ...known.map((name) => name.split(" ")[0] ?? "")]);
  const named = commandWords(words);
  const first = named[0] ?? words[0] ?? "";
  if (!firstWords.has(first)) {
    const { nearNames } = await import("./near.js");
    const near = nearNames(first, firstWords);
    const hint = near.length > 0 ? `did you mean: ${near.join(", ")}? ` : "";
    throw new LauncherError("unknown-command", `there is no command ${first}`, `${hint}run: ${program} --help`, ExitCode.usage);
  }
  const help = wishes.help ? commandHelp(named, assets.runtime, program) : undefined;
  if (help === undefined) return undefined;
  print(help);
  return ExitCode.ok;
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
      return (message) => tell(`${JSON.stringify({ schemaVersion: 1, event: "progress", phase: "prepare", message, fraction: 0 })}\n`);
    default:
      return (message) => tell(`ktx: ${message}\n`);
  }
}

function showVersion(version: string, json: boolean): number {
  if (json) printJson({ schemaVersion: 1, command: "version", ok: true, version });
  else print(`ktx ${version}\n`);
  return ExitCode.ok;
}

/** No words, or only a wish for help. */
function isOverview(words: readonly string[]): boolean {
  return words.length === 0 || ["--help", "-h"].includes(words[0] ?? "") || (words[0] === "help" && words.length === 1);
}

function commandName(words: readonly string[]): string {
  return commandWords(words).slice(0, 2).join(" ");
}
