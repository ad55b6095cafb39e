import { LauncherError, reasonOf } from "../errors.js";
import { withoutForeignEnvironments } from "../environment.js";
import { setting, type Host } from "../host.js";
import { onPath } from "../on-path.js";
import { pathsOf } from "../paths.js";
import { run } from "../run.js";
import { isAtLeast } from "../versions.js";

/** An interpreter to build environments from. */
export interface BasePython {
  /** The interpreter itself: neither a shim nor a link of a virtual environment. */
  readonly executable: string;
  readonly version: string;
  readonly hasPip: boolean;
}

type Command = readonly [program: string, ...words: string[]];

const NEWEST_MINOR = 14;
const PROBE_SECONDS = 20;

const PROBE = `
import importlib.util, json, os, sys
real = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps({
    "executable": real if os.path.isabs(real) and os.path.exists(real) else sys.executable,
    "version": ".".join(map(str, sys.version_info[:3])),
    "implementation": sys.implementation.name,
    "hasPip": importlib.util.find_spec("pip") is not None,
}))
`;

/** Find a Python as `requires` (`>=3.11`) wants it. Throws a `LauncherError` that says how to get one. */
export async function findPython(host: Host, requires: string): Promise<BasePython> {
  const minimum = requires.replace(/^>=\s*/, "");
  const chosen = setting(host, "KTX_PYTHON");
  if (chosen) return await chosenPython(chosen, host, minimum);
  const seen: string[] = [];
  for (const command of candidates(host, minimum)) {
    const found = await probe(command, host).catch(() => undefined);
    const reason = found && unsuitable(found, minimum);
    if (found && !reason) return found;
    if (reason) seen.push(reason);
  }
  const looked = seen.length > 0 ? `; found only ${[...new Set(seen)].join(", ")}` : "";
  throw new LauncherError(
    "python-missing",
    `ktx needs Python ${minimum} or newer and found none${looked}`,
    howToGetPython(host, minimum),
  );
}

/** The user's default first (one start, where it will do), then the newest. */
function* candidates(host: Host, minimum: string): Generator<Command> {
  if (host.platform === "win32") for (const launcher of onPath("py", host)) yield [launcher, "-3"];
  const oldest = Number(minimum.split(".")[1] ?? 0);
  const versions = Array.from({ length: NEWEST_MINOR - oldest + 1 }, (_, step) => `python3.${NEWEST_MINOR - step}`);
  for (const name of ["python3", ...versions, "python"]) {
    for (const program of onPath(name, host)) yield [program];
  }
}

async function chosenPython(chosen: string, host: Host, minimum: string): Promise<BasePython> {
  const refuse = (reason: string): LauncherError =>
    new LauncherError(
      "python-unsuitable",
      `KTX_PYTHON cannot be used: ${chosen}: ${reason}`,
      `set KTX_PYTHON to a Python ${minimum} or newer, or unset it`,
    );
  const paths = pathsOf(host.platform);
  const hasDirectory = chosen.includes(paths.sep) || chosen.includes("/");
  const program = hasDirectory ? paths.resolve(host.workingDirectory, chosen) : onPath(chosen, host).next().value;
  if (program === undefined) throw refuse("not on PATH");
  const found = await probe([program], host).catch((thrown: unknown) => {
    throw refuse(reasonOf(thrown));
  });
  const reason = unsuitable(found, minimum);
  if (reason) throw refuse(`it is ${reason}`);
  return found;
}

async function probe(
  [program, ...words]: Command,
  host: Host,
): Promise<BasePython & { readonly implementation: string }> {
  const answer = await run(program, [...words, "-I", "-c", PROBE], {
    environment: withoutForeignEnvironments(host.environment),
    timeoutSeconds: PROBE_SECONDS,
  });
  if (answer.exitCode !== 0) throw new Error(answer.stderr.trim().split("\n").at(-1) || `exit code ${answer.exitCode}`);
  return JSON.parse(answer.stdout) as BasePython & { readonly implementation: string };
}

function unsuitable(found: BasePython & { readonly implementation: string }, minimum: string): string | undefined {
  if (found.implementation !== "cpython") return `${found.implementation} (${found.executable})`;
  return isAtLeast(found.version, minimum) ? undefined : `Python ${found.version} (${found.executable})`;
}

function howToGetPython(host: Host, minimum: string): string {
  const ways: Partial<Record<NodeJS.Platform, string>> = {
    darwin: "brew install python",
    win32: "winget install Python.Python.3.13",
  };
  const way = ways[host.platform] ?? "use your system's packages (python3), or: uv python install 3.13";
  return `install Python ${minimum} or newer (${way}), or set KTX_PYTHON to one, then run the command again`;
}
