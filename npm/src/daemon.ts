import { readFileSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { isatty } from "node:tty";

import { ExitCode, LauncherError } from "./errors.js";
import type { Environment } from "./host.js";
import { print, tell } from "./output.js";
import { fieldsOf, textOf, type Fields } from "./records.js";

/** How long a daemon may take to say that it runs a command; one that hangs is left alone. */
const ANSWER_MS = 3000;

export interface CommandCall {
  /** `<root>/<version>`. */
  readonly directory: string;
  /** The generation that the manifest names; a daemon of another one is not asked. */
  readonly generation: string;
  readonly words: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Environment;
  readonly program: string;
}

interface Daemon {
  readonly port: number;
  readonly token: string;
}

/**
 * Run a command in the daemon that runs already; its exit code. Undefined when no daemon runs or it does not take this command: then
 * nothing has happened, and the command wants a process of its own.
 */
export async function runInDaemon(call: CommandCall): Promise<number | undefined> {
  const daemon = readDaemon(call.directory, call.generation);
  return daemon && (await ask(daemon, call));
}

/** What `daemon.json` says; undefined when it is not there, not ours to read, or of another generation. */
function readDaemon(directory: string, generation: string): Daemon | undefined {
  try {
    const fields = fieldsOf(JSON.parse(readFileSync(join(directory, "daemon.json"), "utf8")), "the file");
    if (fields["schemaVersion"] !== 1 || textOf(fields, "generation") !== generation) return undefined;
    const port = Number(fields["port"]);
    return Number.isInteger(port) && port > 0 && port < 65536 ? { port, token: textOf(fields, "token") } : undefined;
  } catch {
    return undefined;
  }
}

function ask(daemon: Daemon, call: CommandCall): Promise<number | undefined> {
  const body = JSON.stringify({
    arguments: call.words,
    workingDirectory: call.workingDirectory,
    environment: call.environment,
    terminal: terminal(),
    program: call.program,
  });
  return new Promise((resolve, reject) => {
    const asked = request({
      host: "127.0.0.1",
      port: daemon.port,
      path: "/commands/run",
      method: "POST",
      agent: false,
      headers: {
        authorization: `Bearer ${daemon.token}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      },
    });
    asked.setNoDelay(true);
    // A daemon sees the closed connection and interrupts the command.
    const interrupt = (exitCode: number) => (): void => {
      settle(() => resolve(exitCode));
      asked.destroy();
    };
    const onInterrupt = interrupt(ExitCode.interrupted);
    const onTerminate = interrupt(143);
    const timer = setTimeout(() => {
      settle(() => resolve(undefined));
      asked.destroy();
    }, ANSWER_MS);
    let settled = false;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
      finish();
    };
    process.on("SIGINT", onInterrupt);
    process.on("SIGTERM", onTerminate);
    asked.on("error", () => settle(() => resolve(undefined)));
    asked.on("response", (response) => {
      clearTimeout(timer);
      if (response.statusCode !== 200) {
        response.resume();
        settle(() => resolve(undefined));
        return;
      }
      const output = new Output(response);
      output.end.then(
        (exitCode) => {
          settle(() => resolve(exitCode));
          // All is said; waiting for the other side to close would only hold us up.
          asked.destroy();
        },
        (thrown: unknown) => settle(() => reject(thrown)),
      );
    });
    asked.end(body);
  });
}

/** Shows what a command writes, as it comes. */
class Output {
  /** The exit code; undefined when the command was sent back before it did anything. */
  readonly end: Promise<number | undefined>;
  #rest = "";
  #shown = false;

  constructor(response: IncomingMessage) {
    response.setEncoding("utf8");
    this.end = new Promise((resolve, reject) => {
      response.on("data", (piece: string) => {
        const lines = (this.#rest + piece).split("\n");
        this.#rest = lines.pop() ?? "";
        for (const line of lines) {
          const fields = fieldsOf(JSON.parse(line), "a line of the daemon");
          if ("exit" in fields) resolve(Number(fields["exit"]));
          else if ("elsewhere" in fields) resolve(undefined);
          else if (!this.#show(fields)) {
            response.destroy();
            resolve(141);
          }
        }
      });
      const lost = (): void => (this.#shown ? reject(daemonLost()) : resolve(undefined));
      response.on("error", lost);
      response.on("close", lost);
    });
  }

  /** False when nobody reads any more. */
  #show(fields: Fields): boolean {
    this.#shown = true;
    if (typeof fields["stdout"] === "string") return print(fields["stdout"]);
    if (typeof fields["stderr"] === "string") tell(fields["stderr"]);
    return true;
  }
}

function terminal(): object {
  const onTerminal = isatty(1);
  return {
    // Loading node's streams is worth its while only where there is a width to ask for.
    ...(onTerminal && process.stdout.columns ? { width: process.stdout.columns } : {}),
    stdinIsTerminal: isatty(0),
    stdoutIsTerminal: onTerminal,
    stderrIsTerminal: isatty(2),
  };
}

function daemonLost(): LauncherError {
  return new LauncherError(
    "daemon-lost",
    "the daemon ended while it ran the command",
    "run the command again: it starts a process of its own; ktx runtime why tells of the daemon",
  );
}
