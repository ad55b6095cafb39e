import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Answers, CommandFailure, RuntimeEnsure } from "./schemas/answers.js";
import type { ErrorCode } from "./schemas/error-codes.js";
import type { DaemonRecord, ProgressEvent as RuntimeEvent } from "./schemas/files.js";

export type { Answers, CommandError, CommandFailure, RuntimeEnsure, RuntimeStatus } from "./schemas/answers.js";
export type { ErrorCode } from "./schemas/error-codes.js";
export type { Catalogue, DaemonRecord, Manifest, RuntimeFiles } from "./schemas/files.js";

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

/** One moment of an install: `fraction` runs from 0 to 1 over the whole of it. */
export type ProgressEvent = Pick<RuntimeEvent, "phase" | "message" | "fraction">;

export interface Daemon {
  /** Where it listens: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** To be sent as `Authorization: Bearer <token>`. */
  readonly token: string;
  readonly pid: number;
}

export interface EnsuredRuntime extends Data<RuntimeEnsure> {
  readonly daemon: Daemon | null;
}

/** An answer without the envelope around it. */
type Data<Answer> = Readonly<Omit<Answer, "schemaVersion" | "command" | "ok">>;

/**
 * An expected failure of `ktx`. `code` is stable, and docs/troubleshooting tells of each; `hint` is the exact next step; `exitCode` 4
 * means that consent is missing. `no-answer` is the code where `ktx` ended without one, as when it was killed.
 */
export class KtxError extends Error {
  override readonly name = "KtxError";
  readonly code: ErrorCode | "no-answer";
  readonly hint: string | null;
  readonly exitCode: number;

  constructor(code: ErrorCode | "no-answer", message: string, hint: string | null, exitCode: number) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** Make the runtime ready, with the features asked for by name. Rejects with `KtxError`, or with the signal's reason. */
export async function ensureRuntime(options: EnsureOptions = {}): Promise<EnsuredRuntime> {
  const features = (options.features ?? []).flatMap((name) => ["--feature", name]);
  const ensured = await ask("ensure", features, options);
  if (!options.daemon) return { ...ensured, daemon: null };
  const { daemon } = await ask("start", features, options);
  const record = JSON.parse(readFileSync(join(dirname(ensured.manifest), "daemon.json"), "utf8")) as DaemonRecord;
  return { ...ensured, daemon: { url: `http://${daemon.host}:${daemon.port}`, token: record.token, pid: daemon.pid } };
}

type Verb = "ensure" | "start";
type AnswerOf<Asked extends Verb> = Data<Answers[`runtime-${Asked}`]>;

/** Run `ktx runtime <verb>`; what it answers, without the envelope around it. */
function ask<Asked extends Verb>(
  verb: Asked,
  words: readonly string[],
  options: EnsureOptions,
): Promise<AnswerOf<Asked>> {
  options.signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const consent = options.install ? "--yes" : "--no-input";
    const argv = [join(__dirname, "bin.js"), "runtime", verb, "--json", "--progress", "json", consent, ...words];
    const child = spawn(process.execPath, argv, {
      env: options.environment ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const stop = (): void => endGently(child);
    options.signal?.addEventListener("abort", stop, { once: true });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    const stderr = new Lines((line) => options.onProgress && tellProgress(line, options.onProgress));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => stderr.add(chunk));
    child.once("error", reject);
    child.once("close", (exitCode) => {
      options.signal?.removeEventListener("abort", stop);
      if (options.signal?.aborted) reject(options.signal.reason as Error);
      else settle<Asked>(stdout, stderr.last, exitCode ?? 1, resolve, reject);
    });
  });
}

/** Ask a program to end and to clean up. Windows has no such signal: there it is ended with all that it started. */
function endGently(child: ChildProcess): void {
  if (process.platform !== "win32") child.kill("SIGTERM");
  else spawn("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore", windowsHide: true });
}

function settle<Asked extends Verb>(
  stdout: string,
  lastLine: string,
  exitCode: number,
  resolve: (answer: AnswerOf<Asked>) => void,
  reject: (reason: KtxError) => void,
): void {
  let answer: Answers[`runtime-${Asked}`] | CommandFailure;
  try {
    answer = JSON.parse(stdout) as typeof answer;
  } catch {
    reject(new KtxError("no-answer", `ktx ended with exit code ${exitCode}: ${lastLine}`, null, exitCode));
    return;
  }
  if (answer.ok) {
    const { schemaVersion: _, command: __, ok: ___, ...data } = answer;
    resolve(data);
  } else {
    const { code, message, hint } = answer.error;
    reject(new KtxError(code as ErrorCode, message, hint, exitCode));
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

/** Tell of a line that is an event; whatever else stands on stderr is nobody's to read. */
function tellProgress(line: string, listener: (event: ProgressEvent) => void): void {
  const found = eventIn(line);
  if (found?.event !== "progress") return;
  const { phase, message, fraction } = found;
  listener({ phase, message, fraction });
}

function eventIn(line: string): (Partial<RuntimeEvent> & ProgressEvent) | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as RuntimeEvent;
  } catch {
    return undefined;
  }
}
