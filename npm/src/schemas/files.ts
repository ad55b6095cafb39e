// Generated from docs/reference/schemas by `make docs`; a test compares the two.

/**
 * How a feature is agreed to when it has to be installed.
 */
export type Consent = "with-runtime" | "separate";
/**
 * How an operation may be run.
 */
export type Mode = "one-shot" | "daemon";
/**
 * What became of a plugin.
 */
export type PluginState = "ok" | "broken" | "blocked" | "conflict" | "api-mismatch";
/**
 * How a check ended.
 */
export type Status = "pass" | "warn" | "fail";
/**
 * The phases of an install, in their order; a note is no phase but something to be told, whenever it comes.
 */
export type Phase =
  "note" | "wait" | "prepare" | "environment" | "packages" | "describe" | "fetch" | "check" | "publish" | "done";

/**
 * What lies on disk, and the events of an install.
 */
export interface RuntimeFiles {
  catalogue: Catalogue;
  daemon: DaemonRecord;
  "doctor-check": Check;
  manifest: Manifest;
  plugins: WantedPlugins;
  "progress-event": ProgressEvent;
}
/**
 * Features and plugins of one environment, each in the order of discovery.
 */
export interface Catalogue {
  schemaVersion?: number;
  features?: CatalogueFeature[];
  plugins?: CataloguePlugin[];
}
/**
 * A feature with everything that plugins added to it, and the plugin that declared it.
 */
export interface CatalogueFeature {
  feature: Feature;
  plugin: PluginIdentity;
}
/**
 * A feature level: what must be installed for it, and what it adds.
 *
 * A declaration is importable without the feature's extras. `extras` are extras of the declaring distribution,
 * `requirements` further PEP 508 requirements. `requires` names other features. A `default` feature is part of
 * every runtime. `install_with` is the feature to name where this one is asked for and missing: one that requires it,
 * and without which it is of little use. `prefetch` is what an install fetches besides packages.
 */
export interface Feature {
  name: string;
  summary: string;
  default?: boolean;
  requires?: string[];
  installWith?: string | null;
  extras?: string[];
  requirements?: string[];
  requiresPython?: string | null;
  consent?: Consent;
  download?: DownloadHint | null;
  operations?: Operation[];
  commands?: Command[];
  smokeChecks?: SmokeCheck[];
  doctorChecks?: DoctorCheck[];
  prefetch?: Prefetch[];
  /**
   * worth a daemon: its first use loads for seconds
   */
  heavy?: boolean;
}
/**
 * What the user hears before agreeing. Sizes are megabytes (10^6 bytes), measured, not guessed.
 */
export interface DownloadHint {
  what: string;
  downloadMb: number;
  diskMb: number;
}
/**
 * What an operation is, without the code that does it.
 *
 * `request` and `response` name pydantic models, `handler` a callable `(request, OperationContext) -> response`.
 * The handler runs off the event loop, in a thread; it raises `OperationRefused` for a request that it turns down.
 * One that only waits for somebody else returns a `Future` of the response: no thread waits with it then, and the
 * future is cancelled when nobody wants the answer any more.
 *
 * A handler that computes for long in Python keeps the others of its process from computing. With
 * `cpu_bound_from_bytes` a request whose body has at least so many bytes (0: every request) is computed in one of the
 * daemon's processes. They are made once and kept; when nobody waits any more for what one computes, it is ended.
 * Such a process costs a third of a second when it is first needed, and shares no memory with other requests. With
 * `spread` such requests are split, in a daemon and one-shot.
 */
export interface Operation {
  name: string;
  path: string;
  summary: string;
  request: string;
  response: string;
  handler: string;
  modes?: Mode[];
  timeoutSeconds?: number;
  /**
   * how many may run at once in one daemon
   */
  concurrency?: number;
  maxBodyBytes?: number;
  cpuBoundFromBytes?: number | null;
  spread?: Spread | null;
}
/**
 * How a large request of an operation is computed by several processes at once: two functions without side effects.
 *
 * `split` names a callable `(request, most) -> sequence of requests`, at most `most` of them; a single one says that
 * splitting is not worth it. `merge` names a callable `(responses) -> response`, given the responses to the parts in
 * their order.
 */
export interface Spread {
  split: string;
  merge: string;
}
/**
 * `ktx <name> …`. `name` is one word or two (`"sl"`, `"setup demo"`); `handler` names a `CommandHandler`.
 *
 * With `in_daemon` the command may also run inside a daemon that runs already, in a thread among others: it then
 * keeps to its `Invocation`, and changes nothing of the process. `verbs` says what each word does that may follow the
 * name, where the handler is a `CommandGroup`'s: help and hints know them before anything is installed.
 *
 * `heavy_with` has verbs that are worth a daemon where a feature is installed, with that feature: a search that can
 * use vectors, say. While it is installed they run in a daemon, which is started for them, as do all commands of a
 * feature that is `heavy` itself.
 *
 * `answers` names what the command prints with `--json`, beside the envelope: a mapping of the words that stand in the
 * envelope (`"sl list"`) to a tuple of pydantic models, one for each shape of an answer. The published JSON Schemas
 * are made from them; no command imports them to answer.
 */
export interface Command {
  name: string;
  summary: string;
  handler: string;
  inDaemon?: boolean;
  verbs?: {
    [k: string]: string;
  };
  heavyWith?: {
    [k: string]: string;
  };
  answers?: string | null;
}
/**
 * Proof, right after an install and in `doctor`, that a feature works.
 *
 * `check` names a callable without arguments. It returns None when all is well, otherwise the reason; raising is
 * a failure too. It runs in a process of its own, in the environment that is being built.
 */
export interface SmokeCheck {
  name: string;
  summary: string;
  check: string;
  timeoutSeconds?: number;
}
/**
 * A question that `ktx runtime doctor` asks beside the smoke checks.
 *
 * `check` names a callable without arguments that returns None when all is well, otherwise the reason. It runs in a
 * process of its own. `fix` is the command or action to suggest when it fails.
 */
export interface DoctorCheck {
  name: string;
  summary: string;
  check: string;
  fix?: string | null;
  timeoutSeconds?: number;
}
/**
 * Files of one repository of a model hub, and the directory that they are kept in.
 *
 * They are fetched when a feature that declares them is installed, into `models/<name>` under the runtime root, which
 * outlives generations; two features may share one. `path_variable` names the environment variable in which a user
 * may give a directory to take instead: nothing is fetched then. The hub is the user's own (`HF_ENDPOINT`, `HF_HOME`,
 * `HF_HUB_OFFLINE`). The feature that declares this requires `huggingface_hub`.
 */
export interface Prefetch {
  name: string;
  repository: string;
  revision?: string;
  pathVariable: string;
  files: PrefetchedFile[];
  timeoutSeconds?: number;
}
/**
 * One file: where it lies in its repository, its size in bytes, and its sha256 in hexadecimal.
 */
export interface PrefetchedFile {
  path: string;
  bytes: number;
  sha256: string;
}
/**
 * A plugin: the entry point's name and the distribution that brought it.
 */
export interface PluginIdentity {
  name: string;
  distribution: string;
  version: string;
}
/**
 * A plugin's row. `reason` is given whenever the state is not `ok`; the rest only when it is.
 *
 * `target` is the module behind the entry point, `live_hooks` the hooks that it is asked outside `describe`.
 */
export interface CataloguePlugin {
  plugin: PluginIdentity;
  state: PluginState;
  reason?: string | null;
  target?: string | null;
  liveHooks?: string[];
  errorHints?: ErrorHint[];
}
/**
 * What to suggest for an error with `code` that brings no hint of its own.
 *
 * With `contains` only when that text stands in the error's message.
 */
export interface ErrorHint {
  code: string;
  hint: string;
  contains?: string;
}
/**
 * A running daemon.
 *
 * `process_mark` tells its process from a later one of the same `pid` (see `process.py`). `instance_id` is chosen by
 * whoever started it. The file is readable by its owner only: it holds the token.
 */
export interface DaemonRecord {
  schemaVersion?: 1;
  pid: number;
  processMark: string;
  instanceId: string;
  host?: "127.0.0.1";
  port: number;
  token: string;
  version: string;
  generation: string;
  features: string[];
  startedAt: string;
  logs?: DaemonLogs | null;
}
/**
 * Absolute paths of what the daemon prints.
 */
export interface DaemonLogs {
  stdout: string;
  stderr: string;
}
/**
 * `detail` says what was found, with the values; `fix` is the command or action, unless all is well.
 */
export interface Check {
  name: string;
  status: Status;
  detail: string;
  fix: string | null;
  repairable: boolean;
}
/**
 * Everything that a reader needs to start the runtime without looking further.
 */
export interface Manifest {
  schemaVersion?: number;
  cliVersion: string;
  wheel: WheelIdentity;
  generation: string;
  python: PythonInterpreter;
  daemonExecutable: string;
  features: InstalledFeature[];
  commands?: {
    [k: string]: string;
  };
  plugins?: InstalledPlugin[];
  installLog?: string | null;
  lockDigest?: string | null;
  diskBytes?: number | null;
  adjustments?: AppliedAdjustment[];
  /**
   * Features that the version before had, and that nobody has agreed to for this one.
   */
  leftBehind?: string[];
}
/**
 * The wheel that a runtime is built from: its file name, and the hash of its bytes in hexadecimal.
 */
export interface WheelIdentity {
  file: string;
  sha256: string;
}
/**
 * An interpreter: absolute path, and version as in `3.11.7`.
 */
export interface PythonInterpreter {
  executable: string;
  version: string;
}
/**
 * A feature of the runtime; `version` is that of the distribution that declares it.
 */
export interface InstalledFeature {
  name: string;
  version: string;
  distribution: string;
  installedAt: string;
  smokeChecks?: SmokeResult[];
}
/**
 * How one smoke check went, right after the install. `detail` says why it failed.
 */
export interface SmokeResult {
  name: string;
  status: "passed" | "failed";
  detail?: string | null;
  seconds: number;
}
/**
 * A plugin of the runtime, its state (`ok`, `broken`, `blocked`, …) and, unless that is `ok`, the reason.
 */
export interface InstalledPlugin {
  name: string;
  distribution: string;
  version: string;
  state: string;
  reason?: string | null;
}
/**
 * What the plugin of `distribution` has had changed in the install, and why.
 */
export interface AppliedAdjustment {
  distribution: string;
  reason: string;
  torchBackend?: string | null;
}
/**
 * In the order in which they were added.
 */
export interface WantedPlugins {
  schemaVersion?: number;
  plugins?: WantedPlugin[];
}
/**
 * A distribution, normalised, and how to get it: a PEP 508 requirement, or a directory to install from.
 */
export interface WantedPlugin {
  distribution: string;
  requirement: string;
  editable?: boolean;
}
/**
 * One step. `fraction` runs from 0 to 1 over the install; `package` and `size` name a download, in uv's words.
 */
export interface ProgressEvent {
  schemaVersion: 1;
  event: "progress";
  phase: Phase;
  message: string;
  fraction: number;
  package: string | null;
  size: string | null;
}
