import { fstatSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

import { ExitCode, LauncherError } from "./errors.js";
import type { Environment } from "./host.js";
import { print, tell } from "./output.js";
import { isRunning } from "./process-mark.js";
import { fieldsOf, textOf, type Fields } from "./records.js";

/** How long a daemon may take to say that it runs a command; one that hangs is left alone. */
const ANSWER_MS = 3000;

/** How much of an answer is read at once. */
const PIECE_BYTES = 65536;

const NONE_IS_FINE = { throwIfNoEntry: false } as const;

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

/**
 * What `daemon.json` says; undefined when it is not there, not ours to read, of another generation, or of a process that is gone. A daemon
 * removes its record before it lets go of its port, so as long as it runs, nobody else can be listening there: only then the token and the
 * environment are sent.
 */
function readDaemon(directory: string, generation: string): Daemon | undefined {
  try {
    const file = join(directory, "daemon.json");
    // Root can read everybody's, and must not hand its environment to somebody else's process.
    if (process.getuid && statSync(file).uid !== process.getuid()) return undefined;
    const fields = fieldsOf(JSON.parse(readFileSync(file, "utf8")), "the file");
    if (fields["schemaVersion"] !== 1 || textOf(fields, "generation") !== generation) return undefined;
    const [port, pid] = [Number(fields["port"]), Number(fields["pid"])];
    if (!(port > 0 && port < 65536 && pid > 0) || !isRunning(pid, textOf(fields, "processMark"))) return undefined;
    return { port, token: textOf(fields, "token") };
  } catch {
    return undefined;
  }
}

/**
 * One request, in HTTP/1.0: its answer ends with the connection, so that reading it takes no more than finding where the head ends. A
 * plain socket, since loading node's HTTP costs more than the daemon takes for most commands.
 */
function ask(daemon: Daemon, call: CommandCall): Promise<number | undefined> {
  const body = JSON.stringify({
    arguments: call.words,
    workingDirectory: call.workingDirectory,
    environment: call.environment,
    terminal: terminal(),
    program: call.program,
  });
  const head = [
    "POST /commands/run HTTP/1.0",
    `Host: 127.0.0.1:${daemon.port}`,
    `Authorization: Bearer ${daemon.token}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: "127.0.0.1",
      port: daemon.port,
      // Read without node's streams, which would take longer to set up than a short answer takes to come.
      onread: { buffer: Buffer.allocUnsafe(PIECE_BYTES), callback: onPiece },
    });
    let settled = false;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
      // It goes with this process, which ends now: closing it takes node longer than all of a short answer. A daemon sees the closed
      // connection and interrupts what still runs.
      socket.unref();
      finish();
    };
    const end = (exitCode: number): void => settle(() => resolve(exitCode));
    const withdraw = (): void =>
      settle(() => {
        // This process goes on with the command, and a daemon that wakes up later must not find it, too.
        socket.destroy();
        resolve(undefined);
      });
    const onInterrupt = (): void => end(ExitCode.interrupted);
    const onTerminate = (): void => end(143);
    const timer = setTimeout(withdraw, ANSWER_MS);
    process.on("SIGINT", onInterrupt);
    process.on("SIGTERM", onTerminate);
    const output = new Output();
    function onPiece(size: number, buffer: Uint8Array): boolean {
      try {
        const answer = output.take(buffer.subarray(0, size));
        if (output.begun) clearTimeout(timer);
        if (answer) answer.exitCode === undefined ? withdraw() : end(answer.exitCode);
      } catch (thrown) {
        settle(() => reject(thrown as Error));
      }
      return !settled;
    }
    const lost = (): void => (output.shown ? settle(() => reject(daemonLost())) : withdraw());
    socket.on("error", lost);
    socket.on("close", lost);
    socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  });
}

/** How it ended; without an exit code the command was not taken, and nothing has happened. */
interface End {
  readonly exitCode: number | undefined;
}

/** Reads an answer as it comes, and shows what the command writes. */
class Output {
  /** The daemon runs the command. */
  begun = false;
  /** Something was shown: the command cannot be run elsewhere any more. */
  shown = false;
  #rest = Buffer.alloc(0);

  /** `piece` is only read: whoever gives it may use it again. */
  take(piece: Uint8Array): End | undefined {
    this.#rest = Buffer.concat([this.#rest, piece]);
    if (!this.begun) {
      const end = this.#rest.indexOf("\r\n\r\n");
      if (end < 0) return undefined;
      if (!/^HTTP\/1\.[01] 200 /.test(this.#rest.toString("latin1", 0, end))) return { exitCode: undefined };
      this.begun = true;
      this.#rest = this.#rest.subarray(end + 4);
    }
    const whole = this.#rest.lastIndexOf("\n") + 1;
    if (whole === 0) return undefined;
    const lines = this.#rest.toString("utf8", 0, whole - 1).split("\n");
    this.#rest = this.#rest.subarray(whole);
    for (const line of lines) {
      const end = this.#line(fieldsOf(JSON.parse(line), "a line of the daemon"));
      if (end) return end;
    }
    return undefined;
  }

  #line(fields: Fields): End | undefined {
    if ("exit" in fields) return { exitCode: Number(fields["exit"]) };
    if ("elsewhere" in fields) return { exitCode: undefined };
    this.shown = true;
    if (typeof fields["stderr"] === "string") tell(fields["stderr"]);
    // Where nobody reads any more, the command ends as by SIGPIPE.
    return typeof fields["stdout"] === "string" && !print(fields["stdout"]) ? { exitCode: 141 } : undefined;
  }
}

function terminal(): object {
  const onTerminal = isTerminal(1);
  return {
    // Loading node's streams is worth its while only where there is a width to ask for.
    ...(onTerminal && process.stdout.columns ? { width: process.stdout.columns } : {}),
    stdinIsTerminal: isTerminal(0),
    stdoutIsTerminal: onTerminal,
    stderrIsTerminal: isTerminal(2),
  };
}

/** A pipe, a file or the null device is none, and for these node's module for terminals need not be loaded. */
function isTerminal(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    if (!status.isCharacterDevice() || status.rdev === statSync("/dev/null", NONE_IS_FINE)?.rdev) return false;
  } catch {
    return false;
  }
  return (require("node:tty") as typeof import("node:tty")).isatty(descriptor);
}

function daemonLost(): LauncherError {
  return new LauncherError(
    "daemon-lost",
    "the daemon ended while it ran the command",
    "run the command again: it starts a process of its own; ktx runtime why tells of the daemon",
  );
}
