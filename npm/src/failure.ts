import { ExitCode, isInterrupted, isLauncherError, reasonOf } from "./errors.js";
import { hideCredentials } from "./net/index-settings.js";
import { printJson, tell } from "./output.js";
import type { CommandFailure } from "./schemas/answers.js";

/** Report what was thrown, as Python's side does, and give the exit code. */
export function reportFailure(thrown: unknown, command: string, json: boolean): number {
  if (isInterrupted(thrown)) return thrown.exitCode;
  if (isLauncherError(thrown)) {
    const { code, exitCode } = thrown;
    const [message, hint] = [plainText(thrown.message), plainText(thrown.hint)];
    tell(`error: ${message}\nhint: ${hint}\n`);
    if (json && code !== "output-not-written") printError(command, { code, message, hint });
    return exitCode;
  }
  const message = `this is a defect of ktx: ${reasonOf(thrown)}`;
  tell(`error: ${message}\n${thrown instanceof Error ? (thrown.stack ?? "") : ""}\n`);
  if (json) printError(command, { code: "unexpected", message, hint: null });
  return ExitCode.unexpected;
}

/** Text that is safe to show, as Python's side has it: what the user typed stands in it, who may have pasted anything. */
function plainText(text: string): string {
  return hideCredentials(text.replace(/\x1b(\[[0-?]*[ -/]*[@-~]?|.?)|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, ""));
}

function printError(command: string, error: CommandFailure["error"]): void {
  const failure: CommandFailure = { schemaVersion: 1, command: plainText(command), ok: false, error };
  try {
    printJson(failure);
  } catch {
    return; // it has been told already
  }
}
