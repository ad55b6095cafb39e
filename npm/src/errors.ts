/** Exit codes, the same as Python's side uses. */
export const ExitCode = { ok: 0, failure: 1, usage: 2, unexpected: 3, inputNeeded: 4, interrupted: 130 } as const;

/** What the launcher itself has to say, beside what Python's side says; docs/troubleshooting explains each. */
export type LauncherCode =
  | "bootstrap-failed"
  | "consent-declined"
  | "consent-required"
  | "daemon-lost"
  | "disk-full"
  | "no-home"
  | "no-working-directory"
  | "output-not-written"
  | "package-damaged"
  | "python-missing"
  | "python-not-runnable"
  | "python-unsuitable"
  | "root-not-writable"
  | "unknown-command"
  | "unknown-shell"
  | "usage"
  | "uv-missing"
  | "uv-unsuitable";

/**
 * An expected failure: what happened, with the values, and what to do about it. `code` is stable and kebab-case.
 * Neither text may hold a credential.
 */
export class LauncherError extends Error {
  override readonly name = "LauncherError";
  readonly code: LauncherCode;
  readonly hint: string;
  readonly exitCode: number;

  constructor(code: LauncherCode, message: string, hint: string, exitCode: number = ExitCode.failure) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** A signal ended the work; nothing is left of it. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("interrupted");
    this.exitCode = exitCode;
  }
}

// By name, not by class: what is thrown in one file of the package may be reported by another, which has a copy of the class.

export function isLauncherError(thrown: unknown): thrown is LauncherError {
  return thrown instanceof Error && thrown.name === "LauncherError";
}

export function isInterrupted(thrown: unknown): thrown is Interrupted {
  return thrown instanceof Error && thrown.name === "Interrupted";
}

/** The text of whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
