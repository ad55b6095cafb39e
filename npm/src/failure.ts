import { ExitCode, isInterrupted, isLauncherError, reasonOf } from "./errors.js";
import { printJson, tell } from "./output.js";

/** Report what was thrown, as Python's side does, and give the exit code. */
export function reportFailure(thrown: unknown, command: string, json: boolean): number {
  if (isInterrupted(thrown)) return thrown.exitCode;
  if (isLauncherError(thrown)) {
    const { code, message, hint, exitCode } = thrown;
    if (json) printJson({ schemaVersion: 1, command, ok: false, error: { code, message, hint } });
    tell(`error: ${message}\nhint: ${hint}\n`);
    return exitCode;
  }
  tell(`error: this is a defect of ktx: ${reasonOf(thrown)}\n${thrown instanceof Error ? (thrown.stack ?? "") : ""}\n`);
  return ExitCode.unexpected;
}
