import { resolve } from "node:path";

import { commandWords, type Wishes } from "../arguments.js";
import { LauncherError, reasonOf } from "../errors.js";
import { handOver } from "../handover.js";
import type { Environment, Host } from "../host.js";
import { damagedPackage, type PackageAssets } from "../package-assets.js";
import { commandLine } from "../program.js";
import { findPython, type BasePython } from "../python/find.js";
import { buildEnvironment } from "../uv/build.js";
import { bringUv, locateUv, type UvSource } from "../uv/ensure.js";
import type { Uv } from "../uv/find.js";
import { fileMismatch } from "../verify.js";
import { ask, consentNeeded, downloadsText, verdict } from "./consent.js";
import { interruptible } from "./interruption.js";
import { withThrowAwayDirectory } from "./throw-away.js";

const CONTROLLER = "ktx_runtime";

export interface Bootstrap {
  readonly host: Host;
  readonly assets: PackageAssets;
  readonly root: string;
  readonly program: string;
  readonly words: readonly string[];
  readonly wishes: Wishes;
  /** What is the matter with the runtime, after "the Python runtime of ktx". */
  readonly why: string;
  /** Whether there is somebody to ask. */
  readonly canAsk: boolean;
  /** What Python gets to know in any case. */
  readonly environment: Environment;
  /** Tell the user what goes on. */
  readonly say: (text: string) => void;
}

/**
 * Run the controller where no runtime can be relied on: in an environment that is made for it and removed afterwards, so
 * that a repair needs nothing of what is broken. Its exit code. Throws `LauncherError`, or `Interrupted`.
 */
export async function bootstrap(call: Bootstrap): Promise<number> {
  requireWheel(call.assets);
  const { host, root, wishes } = call;
  const description = call.assets.runtime;
  const retry = commandLine(call.program, call.words, host.platform);
  const forbidden = wishes.offline && !wishes.wheelhouse ? "--offline forbids fetching it" : undefined;
  const python = await findPython(host, description.requiresPython);
  const source = await locateUv({ host, root, description, forbidden, retry });
  return await interruptible(async (signal) => {
    await requireConsent(call, source, signal);
    return await withThrowAwayDirectory(root, async (directory) => {
      const uv = await obtainUv(call, source, python, directory, retry, signal);
      const environment = await buildController(call, uv, python, directory, retry, signal);
      return await handOver(environment, CONTROLLER, call.words, {
        ...call.environment,
        KTX_UV: uv.executable,
        KTX_BASE_PYTHON: python.executable,
        KTX_CONSENT: "granted",
      });
    });
  });
}

function requireWheel({ wheel, runtime }: PackageAssets): void {
  const wrong = fileMismatch(wheel, runtime.wheel);
  if (wrong) throw damagedPackage(`${runtime.wheel.file}: ${wrong}`);
}

async function requireConsent(call: Bootstrap, source: UvSource, signal: AbortSignal): Promise<void> {
  const { host, wishes, program } = call;
  const answer = verdict(wishes, call.canAsk);
  if (answer === "granted") return;
  const prepare = commandLine(program, preparation(call.words), host.platform);
  if (answer === "refused")
    throw consentNeeded(
      `the Python runtime of ktx ${call.why}, and nobody can be asked to agree to installing it`,
      prepare,
    );
  const text = downloadsText(call.assets.runtime, call.why, "pin" in source ? source.pin : undefined, call.root);
  if (!(await ask(`${text}\nInstall now? [Y/n] `, signal))) throw consentNeeded("nothing was installed", prepare);
}

/** The words that prepare what `words` need. An install is its own preparation. */
function preparation(words: readonly string[]): string[] {
  const [first, second] = commandWords(words);
  const isInstall = first === "runtime" && second === "install";
  return [...(isInstall ? words.filter((word) => word !== "--no-input") : ["runtime", "install"]), "--yes"];
}

async function obtainUv(
  call: Bootstrap,
  source: UvSource,
  python: BasePython,
  staging: string,
  retry: string,
  signal: AbortSignal,
): Promise<Uv> {
  if ("uv" in source) return source.uv;
  const { host, assets, root } = call;
  const wheelhouse = wheelhouseOf(call);
  const from = wheelhouse ? "from the wheelhouse" : `(${(source.pin.size / 1e6).toFixed(1)} MB)`;
  call.say(`fetching uv ${assets.runtime.uv.version} ${from}`);
  return await bringUv(
    { host, description: assets.runtime, pin: source.pin, python, staging, wheelhouse, signal },
    root,
    retry,
  );
}

async function buildController(
  call: Bootstrap,
  uv: Uv,
  python: BasePython,
  directory: string,
  retry: string,
  signal: AbortSignal,
): Promise<string> {
  const { host, assets } = call;
  call.say(`preparing the installer with uv ${uv.version} and Python ${python.version}`);
  try {
    return await buildEnvironment({
      host,
      uv: uv.executable,
      python: python.executable,
      wheel: { path: assets.wheel, sha256: assets.runtime.wheel.sha256 },
      lock: assets.baseLock,
      directory,
      offline: call.wishes.offline,
      wheelhouse: wheelhouseOf(call),
      say: call.say,
      signal,
    });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw new LauncherError(
      "bootstrap-failed",
      `the installer could not be prepared: ${reasonOf(thrown)}`,
      `check the network and the package index, then run: ${retry}`,
    );
  }
}

function wheelhouseOf({ wishes, host }: Bootstrap): string | undefined {
  return wishes.wheelhouse ? resolve(host.workingDirectory, wishes.wheelhouse) : undefined;
}
