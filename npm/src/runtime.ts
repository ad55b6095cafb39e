import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface EnsureOptions {
  /** Features to have besides the default ones. */
  readonly features?: readonly string[];
  /** Have a daemon run, too. */
  readonly daemon?: boolean;
  /** Whether what is missing may be installed. Nobody is asked: without this it is an error, with code `consent-required`. */
  readonly install?: boolean;
  /** Ends the install cleanly; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Hears what goes on, as events. */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Variables to run with; this process's unless given. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface ProgressEvent {
  readonly phase: string;
  readonly message: string;
  /** From 0 to 1, over the whole install. */
  readonly fraction: number;
}

export interface Daemon {
  /** Where it listens: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** To be sent as `Authorization: Bearer <token>`. */
  readonly token: string;
  readonly pid: number;
}

export interface EnsuredRuntime {
  readonly cliVersion: string;
  /** Whether anything was installed. */
  readonly changed: boolean;
  readonly generation: string;
  /** The interpreter of the runtime. */
  readonly python: string;
  /** `<daemonExecutable> <operation>` runs one operation: JSON on stdin, JSON on stdout. */
  readonly daemonExecutable: string;
  readonly features: readonly string[];
  /** Command → the feature it belongs to. */
  readonly commands: Readonly<Record<string, string>>;
  readonly daemon: Daemon | null;
}

/** An expected failure of `ktx`. `code` is stable, `hint` the exact next step; `exitCode` 4 means that consent is missing. */
export class KtxError extends Error {
  override readonly name = "KtxError";
  readonly code: string;
  readonly hint: string | null;
  readonly exitCode: number;

  constructor(code: string, message: string, hint: string | null, exitCode: number) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** Make the runtime ready, with the features asked for by name. Rejects with `KtxError`, or with the signal's reason. */
export async function ensureRuntime(options: EnsureOptions = {}): Promise<EnsuredRuntime> {
  const features = (options.features ?? []).flatMap((name) => ["--feature", name]);
  const ensured = await ask<Ensured>("ensure", features, options);
  if (!options.daemon) return { ...ensured, daemon: null };
  const { daemon } = await ask<Started>("start", features, options);
  const { token } = JSON.parse(readFileSync(join(dirname(ensured.manifest), "daemon.json"), "utf8")) as {
    token: string;
  };
  return { ...ensured, daemon: { url: `http://${daemon.host}:${daemon.port}`, token, pid: daemon.pid } };
}

type Ensured = Omit<EnsuredRuntime, "daemon"> & { readonly manifest: string };
type Started = { readonly daemon: { readonly host: string; readonly port: number; readonly pid: number } };

/** Run `ktx runtime <verb>`; what it answers, without the envelope around it. */
function ask<Answer>(verb: string, words: readonly string[], options: EnsureOptions): Promise<Answer> {
  options.signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const consent = options.install ? "--yes" : "--no-input";
    const argv = [join(__dirname, "bin.js"), "runtime", verb, "--json", "--progress", "json", consent, ...words];
    const child = spawn(process.execPath, argv, {
      env: options.environment ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const stop = (): void => void child.kill("SIGTERM");
    options.signal?.addEventListener("abort", stop, { once: true });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    const stderr = new Lines((line) => options.onProgress && tellProgress(line, options.onProgress));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => stderr.add(chunk));
    child.once("error", reject);
    child.once("close", (exitCode) => {
      options.signal?.removeEventListener("abort", stop);
      if (options.signal?.aborted) reject(options.signal.reason as Error);
      else settle<Answer>(stdout, stderr.last, exitCode ?? 1, resolve, reject);
    });
  });
}

function settle<Answer>(
  stdout: string,
  lastLine: string,
  exitCode: number,
  resolve: (answer: Answer) => void,
  reject: (reason: KtxError) => void,
): void {
  let answer: { ok: true } | { ok: false; error: { code: string; message: string; hint: string | null } };
  try {
    answer = JSON.parse(stdout) as typeof answer;
  } catch {
    reject(new KtxError("no-answer", `ktx ended with exit code ${exitCode}: ${lastLine}`, null, exitCode));
    return;
  }
  if (answer.ok) {
    const { schemaVersion: _, command: __, ok: ___, ...data } = answer as Record<string, unknown>;
    resolve(data as Answer);
  } else {
    const { code, message, hint } = answer.error;
    reject(new KtxError(code, message, hint, exitCode));
  }
}

/** Text that comes in pieces, line by line. */
class Lines {
  last = "";
  #rest = "";
  readonly #listener: (line: string) => void;

  constructor(listener: (line: string) => void) {
    this.#listener = listener;
  }

  add(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      this.last = line;
      this.#listener(line);
    }
  }
}

function tellProgress(line: string, listener: (event: ProgressEvent) => void): void {
  if (!line.startsWith("{")) return;
  const { event, phase, message, fraction } = JSON.parse(line) as ProgressEvent & { event?: string };
  if (event === "progress") listener({ phase, message, fraction });
}
