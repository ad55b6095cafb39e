// Generated from docs/reference/schemas by `make docs`; a test compares the two.

/**
 * How a check came out. `skipped`: what it needs had failed before.
 */
export type Verdict = "pass" | "warn" | "fail" | "skipped";
/**
 * How a check ended.
 */
export type Status = "pass" | "warn" | "fail";
/**
 * What a version's runtime is in.
 */
export type State = "ready" | "missing" | "mismatched" | "broken";

/**
 * What `ktx runtime … --json` prints.
 */
export interface Answers {
  "call-list": CallList;
  "command-overview": CommandOverview;
  "command-version": CommandVersion;
  "embedded-file": EmbeddedFile;
  "embedded-texts": EmbeddedTexts;
  failure: CommandFailure;
  "new-plugin": NewPlugin;
  "plugin-report": PluginReport;
  "runtime-bundle": RuntimeBundle;
  "runtime-doctor": RuntimeDoctor;
  "runtime-ensure": RuntimeEnsure;
  "runtime-features": RuntimeFeatures;
  "runtime-install": RuntimeInstall;
  "runtime-log": RuntimeLog;
  "runtime-logs": RuntimeLogs;
  "runtime-path": RuntimePath;
  "runtime-plugins-change": RuntimePluginsChange;
  "runtime-plugins-list": RuntimePluginsList;
  "runtime-prune": RuntimePrune;
  "runtime-start": RuntimeStart;
  "runtime-status": RuntimeStatus;
  "runtime-stop": RuntimeStop;
  "runtime-uninstall": RuntimeUninstall;
  "runtime-why": RuntimeWhy;
  scan: Scan;
  "setup-demo": SetupDemo;
  "setup-local-embeddings": SetupLocalEmbeddings;
  "sl-generate": SlGenerate;
  "sl-graph": SlGraph;
  "sl-list": SlList;
  "sl-query": SlQuery;
  "sl-read": SlRead;
  "sl-search": SlSearch;
  "sl-validate": SlValidate;
  sql: Sql;
}
/**
 * The operations of all installed features. What each takes and answers has a schema of its own.
 */
export interface CallList {
  schemaVersion: 1;
  command: "call";
  ok: true;
  operations: ListedOperation[];
}
/**
 * An operation that can be called, the path of its route, and the feature that it is of.
 */
export interface ListedOperation {
  name: string;
  path: string;
  summary: string;
  feature: string;
}
/**
 * All commands of a version of ktx, with those of installed plugins.
 */
export interface CommandOverview {
  schemaVersion: 1;
  command: "help";
  ok: true;
  version: string;
  commands: ShownCommand[];
}
/**
 * A command, what it does, and the feature that brings it; null for one of the framework's own.
 */
export interface ShownCommand {
  name: string;
  summary: string;
  feature: string | null;
}
/**
 * The version of ktx.
 */
export interface CommandVersion {
  schemaVersion: 1;
  command: "version";
  ok: true;
  version: string;
}
/**
 * Vectors that went to the file `output`.
 */
export interface EmbeddedFile {
  schemaVersion: 1;
  command: "embed";
  ok: true;
  model: string;
  dimensions: number;
  texts: number;
  output: string;
  format: string;
}
/**
 * A vector for each text, in their order. `dimensions` is null where there was no text.
 */
export interface EmbeddedTexts {
  schemaVersion: 1;
  command: "embed";
  ok: true;
  model: string;
  dimensions: number | null;
  embeddings: number[][];
}
/**
 * A command that failed.
 */
export interface CommandFailure {
  schemaVersion: 1;
  command: string;
  ok: false;
  error: CommandError;
}
/**
 * Why it failed. `code` is stable; message and hint (the exact next step) are for people.
 */
export interface CommandError {
  code: string;
  message: string;
  hint: string | null;
  /**
   * More for programs, such as `near` names.
   */
  details?: {};
}
/**
 * A plugin that was started: its names, its files relative to `directory`, and the commands to go on with.
 */
export interface NewPlugin {
  schemaVersion: 1;
  command: "plugin new";
  ok: true;
  directory: string;
  distribution: string;
  module: string;
  feature: string;
  license: string;
  files: string[];
  next: string[];
}
/**
 * All checks of one plugin, in the order made. `passed` says that nothing failed; warnings are allowed.
 */
export interface PluginReport {
  schemaVersion: 1;
  command: "plugin check";
  ok: true;
  path: string;
  distribution: string | null;
  version: string | null;
  passed: boolean;
  checks: CheckResult[];
}
/**
 * One check of a plugin: what it asks, how it came out, and why where that is not `pass`.
 */
export interface CheckResult {
  name: string;
  question: string;
  verdict: Verdict;
  findings: Finding[];
  seconds: number;
}
/**
 * One thing that is off: `severity` is `warn` or `fail`, `reason` says what, `fix` what to do.
 */
export interface Finding {
  severity: Verdict;
  reason: string;
  fix: string;
}
/**
 * The wheels that were collected: their names, and their size in bytes.
 */
export interface RuntimeBundle {
  schemaVersion: 1;
  command: "runtime bundle";
  ok: true;
  directory: string;
  files: string[];
  bytes: number;
  /**
   * The command that installs from there.
   */
  next: string;
  /**
   * The commands that then add the plugins from there.
   */
  plugins: string[];
}
/**
 * What was examined, and what was repaired before.
 */
export interface RuntimeDoctor {
  schemaVersion: 1;
  command: "runtime doctor";
  ok: true;
  checks: Check[];
  repaired: string[];
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
 * Everything that a program needs to go on without us.
 */
export interface RuntimeEnsure {
  schemaVersion: 1;
  command: "runtime ensure";
  ok: true;
  /**
   * Whether anything was installed.
   */
  changed: boolean;
  cliVersion: string;
  generation: string;
  /**
   * The file that says all this, and more.
   */
  manifest: string;
  /**
   * The interpreter of the runtime.
   */
  python: string;
  /**
   * `<daemonExecutable> <operation>` runs one operation: JSON on stdin, JSON on stdout.
   */
  daemonExecutable: string;
  features: string[];
  /**
   * Each command, and the feature that it belongs to.
   */
  commands: {
    [k: string]: string;
  };
}
/**
 * All features, by name.
 */
export interface RuntimeFeatures {
  schemaVersion: 1;
  command: "runtime features";
  ok: true;
  features: FeatureRow[];
}
/**
 * A feature that is installed, or could be.
 */
export interface FeatureRow {
  name: string;
  summary: string;
  installed: boolean;
  /**
   * Whether it is part of every runtime.
   */
  default: boolean;
  /**
   * Whether it is agreed to with the runtime, or by itself.
   */
  consent: "with-runtime" | "separate";
  /**
   * Other features that come with it.
   */
  requires: string[];
  distribution: string;
  version: string;
  download: Download | null;
  commands: string[];
}
/**
 * What has to be fetched for a feature. Sizes are megabytes (10^6 bytes).
 */
export interface Download {
  what: string;
  downloadMb: number;
  diskMb: number;
}
/**
 * The runtime as it now is.
 */
export interface RuntimeInstall {
  schemaVersion: 1;
  command: "runtime install";
  ok: true;
  /**
   * Whether anything was installed.
   */
  changed: boolean;
  manifest: Manifest;
}
/**
 * Everything that a reader needs to start the runtime without looking further.
 */
export interface Manifest {
  schemaVersion: number;
  cliVersion: string;
  wheel: WheelIdentity;
  generation: string;
  python: PythonInterpreter;
  daemonExecutable: string;
  features: InstalledFeature[];
  commands: {
    [k: string]: string;
  };
  plugins: InstalledPlugin[];
  installLog: string | null;
  lockDigest: string | null;
  diskBytes: number | null;
  adjustments: AppliedAdjustment[];
  /**
   * Features that the version before had, and that nobody has agreed to for this one.
   */
  leftBehind: string[];
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
  smokeChecks: SmokeResult[];
}
/**
 * How one smoke check went, right after the install. `detail` says why it failed.
 */
export interface SmokeResult {
  name: string;
  status: "passed" | "failed";
  detail: string | null;
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
  reason: string | null;
}
/**
 * What the plugin of `distribution` has had changed in the install, and why.
 */
export interface AppliedAdjustment {
  distribution: string;
  reason: string;
  torchBackend: string | null;
}
/**
 * The end of one log.
 */
export interface RuntimeLog {
  schemaVersion: 1;
  command: "runtime logs";
  ok: true;
  log: string;
  lines: string[];
}
/**
 * All logs, the newest last.
 */
export interface RuntimeLogs {
  schemaVersion: 1;
  command: "runtime logs";
  ok: true;
  logs: LogFile[];
}
/**
 * A log: its absolute path, its size, and when it was last written to (ISO 8601, UTC).
 */
export interface LogFile {
  path: string;
  bytes: number;
  changedAt: string;
}
/**
 * Absolute paths; null for what is not there yet.
 */
export interface RuntimePath {
  schemaVersion: 1;
  command: "runtime path";
  ok: true;
  root: string;
  manifest: string;
  logs: string;
  generation: string | null;
  python: string | null;
}
/**
 * The runtime after a plugin was added or removed.
 */
export interface RuntimePluginsChange {
  schemaVersion: 1;
  command: "runtime plugins";
  ok: true;
  changed: boolean;
  manifest: Manifest;
}
/**
 * The plugins that are wanted, and those that the runtime has, ktx's own among them.
 */
export interface RuntimePluginsList {
  schemaVersion: 1;
  command: "runtime plugins";
  ok: true;
  wanted: WantedPlugin[];
  /**
   * Why the list of those wanted cannot be read.
   */
  problem: string | null;
  plugins: InstalledPlugin[];
}
/**
 * A distribution, normalised, and how to get it: a PEP 508 requirement, or a directory to install from.
 */
export interface WantedPlugin {
  distribution: string;
  requirement: string;
  editable: boolean;
}
/**
 * What was freed; with `dryRun` what would be.
 */
export interface RuntimePrune {
  schemaVersion: 1;
  command: "runtime prune";
  ok: true;
  dryRun: boolean;
  freedBytes: number;
  removed: PrunedPlace[];
  kept: KeptPlace[];
}
/**
 * Something that went, or would go: what it was, and its size.
 */
export interface PrunedPlace {
  what: string;
  path: string;
  bytes: number;
}
/**
 * Something that had to stay, and why.
 */
export interface KeptPlace {
  what: string;
  path: string;
  reason: string;
}
/**
 * The daemon that runs.
 */
export interface RuntimeStart {
  schemaVersion: 1;
  command: "runtime start";
  ok: true;
  daemon: DaemonDescription;
  /**
   * Whether it ran already.
   */
  reused: boolean;
  /**
   * Why it suits, or why another had to be started: a stable code.
   */
  reason: string;
}
/**
 * A daemon, as its record has it. `startedAt` is ISO 8601 in UTC.
 */
export interface DaemonDescription {
  pid: number;
  /**
   * What tells its process from a later one of the same pid.
   */
  processMark: string;
  instanceId: string;
  host: string;
  port: number;
  /**
   * The version of ktx that it was started by.
   */
  version: string;
  generation: string;
  features: string[];
  startedAt: string;
  logs: DaemonLogFiles | null;
}
/**
 * Absolute paths of what the daemon prints.
 */
export interface DaemonLogFiles {
  stdout: string;
  stderr: string;
}
/**
 * What is there. Of a runtime that cannot be read, everything but its state is null or empty.
 */
export interface RuntimeStatus {
  schemaVersion: 1;
  command: "runtime status";
  ok: true;
  state: State;
  /**
   * Why it is not ready.
   */
  reason: string | null;
  /**
   * The command that makes it ready.
   */
  next: string | null;
  cliVersion: string;
  root: string;
  generation: string | null;
  python: PythonInterpreter | null;
  wheel: WheelIdentity | null;
  features: InstalledFeature[];
  plugins: InstalledPlugin[];
  /**
   * What plugins have had changed in the install.
   */
  adjustments: AppliedAdjustment[];
  /**
   * Features that the version before had, and that nobody has agreed to for this one.
   */
  leftBehind: string[];
  /**
   * What features have had fetched besides packages; it lies under the root, for every version.
   */
  models: KeptModel[];
  installLog: string | null;
  /**
   * The size of the environment, right after it was built.
   */
  diskBytes: number | null;
  lockDigest: string | null;
  /**
   * Null where no daemon has left a record.
   */
  daemon: DaemonState | null;
}
/**
 * What was prefetched under one name. It is not `whole` while a file of it is there in part.
 */
export interface KeptModel {
  name: string;
  bytes: number;
  whole: boolean;
}
/**
 * Whether the daemon of record can be used as it is.
 */
export interface DaemonState {
  state: "running" | "stale";
  /**
   * A stable code, such as `suits` or `generation-differs`.
   */
  reason: string;
  detail: string;
  /**
   * The command that puts it right, unless all is well.
   */
  next: string | null;
  record: DaemonDescription | null;
  /**
   * What its `/health` said.
   */
  health: {
    [k: string]: unknown;
  } | null;
}
/**
 * The daemons that were ended: version of ktx to what ended it (`request`, `term` or `kill`).
 */
export interface RuntimeStop {
  schemaVersion: 1;
  command: "runtime stop";
  ok: true;
  stopped: {
    [k: string]: string;
  };
}
/**
 * How much went, and what stayed because it is not ours.
 */
export interface RuntimeUninstall {
  schemaVersion: 1;
  command: "runtime uninstall";
  ok: true;
  root: string;
  freedBytes: number;
  foreign: string[];
}
/**
 * The last decisions, oldest first.
 */
export interface RuntimeWhy {
  schemaVersion: 1;
  command: "runtime why";
  ok: true;
  decisions: DaemonDecision[];
}
/**
 * What was done, when (ISO 8601, UTC), and why: a stable code, and a line for people.
 */
export interface DaemonDecision {
  at: string;
  action: string;
  reason: string;
  detail: string;
}
/**
 * What a look at the database changed. `errors` of the model were counted where something was written.
 */
export interface Scan {
  schemaVersion: 1;
  command: "scan";
  ok: true;
  connectionId: string;
  dryRun: boolean;
  drifted: boolean;
  tables: number;
  changes: ScanChange[];
  written: string[];
  diff: string | null;
  warnings: AnswerWarning[];
  errors: number | null;
}
/**
 * A difference. `part` is a column, a join or a key of the table; `drift`: the database moved away.
 */
export interface ScanChange {
  kind: "added" | "changed" | "vanished" | "removed" | "kept";
  table: string;
  part: string | null;
  before: unknown;
  after: unknown;
  drift: boolean;
}
/**
 * Something that the reader of an answer should know. `code` is stable.
 */
export interface AnswerWarning {
  code: string;
  message: string;
}
/**
 * The demo project that was made.
 */
export interface SetupDemo {
  schemaVersion: 1;
  command: "setup demo";
  ok: true;
  directory: string;
  written: string[];
  replaced: string[];
  tables: number;
  rows: number;
  firstDay: string;
  lastDay: string;
  sources: number;
  measures: number;
  questions: DemoQuestion[];
  next: DemoStep[];
}
/**
 * A question with its answer. `pitfall` is what a join written by hand would give.
 */
export interface DemoQuestion {
  question: string;
  shows: string;
  pitfall: string | null;
  command: string[];
  query: {
    [k: string]: unknown;
  };
  sql: string;
  headers: string[];
  rows: unknown[][];
  notices: string[];
}
/**
 * What to try next.
 */
export interface DemoStep {
  command: string[];
  shows: string;
}
/**
 * The model that works on this machine, and how long it took to load it and to compute a short text.
 */
export interface SetupLocalEmbeddings {
  schemaVersion: 1;
  command: "setup local-embeddings";
  ok: true;
  model: string;
  directory: string;
  dimensions: number;
  detail: string;
  loadSeconds: number;
  textSeconds: number;
}
/**
 * Sources made from tables. Files are relative to the project; `kept` are those that were there already.
 */
export interface SlGenerate {
  schemaVersion: 1;
  command: "sl generate";
  ok: true;
  connectionId: string;
  dryRun: boolean;
  sources: {
    [k: string]: unknown;
  }[];
  written: string[];
  kept: string[];
  warnings: AnswerWarning[];
}
/**
 * How the sources of a model join.
 */
export interface SlGraph {
  schemaVersion: 1;
  command: "sl graph";
  ok: true;
  connectionId: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
}
/**
 * A source.
 */
export interface GraphNode {
  name: string;
}
/**
 * A join. `as` is the role in which its target is joined.
 */
export interface GraphEdge {
  from: string;
  to: string;
  as: string;
  on: string;
  relationship: string;
}
/**
 * The sources of one connection's model, or of all.
 */
export interface SlList {
  schemaVersion: 1;
  command: "sl list";
  ok: true;
  sources: ListedSource[];
  problems: ModelFinding[];
}
/**
 * A source of a model, with the names of what queries may use of it.
 */
export interface ListedSource {
  connectionId: string;
  name: string;
  description: string | null;
  kind: "table" | "sql";
  table: string | null;
  grain: string[];
  measures: string[];
  dimensions: string[];
  segments: string[];
  joins: string[];
}
/**
 * Something wrong in a model. `file` is relative to the project; lines and columns start at 1.
 */
export interface ModelFinding {
  severity: "error" | "warning";
  code: string;
  message: string;
  hint: string | null;
  source: string | null;
  path: string | null;
  file: string | null;
  line: number | null;
  column: number | null;
}
/**
 * A compiled query, and with --execute its rows. `totalRows` is their number, `truncated` that there are more. `plan` is described in the wire contract of semantic-query; its `execution` says whether and how the query was run.
 */
export interface SlQuery {
  schemaVersion: 1;
  command: "sl query";
  ok: true;
  connectionId: string;
  dialect: string;
  sql: string;
  headers: string[];
  rows: unknown[][];
  totalRows: number;
  truncated: boolean;
  warnings: AnswerWarning[];
  columns: QueryColumn[];
  plan: {
    [k: string]: unknown;
  };
  /**
   * Lines of text, only with --explain.
   */
  explanation?: string[] | null;
}
/**
 * One column of the answer, in the order of the SQL's columns; `alias` is its name in the SQL.
 */
export interface QueryColumn {
  name: string;
  provenance: "verified" | "composed" | "dimension";
  expr: string | null;
  description: string | null;
  granularity: string | null;
  alias: string;
}
/**
 * One source, as the model has it when overlays and scanned tables are merged. `file` is where it is declared.
 */
export interface SlRead {
  schemaVersion: 1;
  command: "sl read";
  ok: true;
  connectionId: string;
  file: string | null;
  source: {
    [k: string]: unknown;
  };
}
/**
 * What was found.
 */
export interface SlSearch {
  schemaVersion: 1;
  command: "sl search";
  ok: true;
  query: string;
  hits: SearchHit[];
  ranking: SearchRanking;
}
/**
 * Something that fits the words; the best comes first, and only the order of scores means something.
 */
export interface SearchHit {
  connectionId: string;
  kind: "source" | "measure" | "dimension" | "segment";
  name: string;
  source: string;
  description: string | null;
  score: number;
}
/**
 * What hits were ranked by; `reason` says why not by meaning, too.
 */
export interface SearchRanking {
  by: ("words" | "vectors")[];
  model: string | null;
  reason: string | null;
}
/**
 * Everything that is wrong. `valid`: there are no errors, and with --strict no warnings either.
 */
export interface SlValidate {
  schemaVersion: 1;
  command: "sl validate";
  ok: true;
  valid: boolean;
  findings: ModelFinding[];
}
/**
 * A statement and its rows. `totalRows` is their number, `truncated` that there are more.
 */
export interface Sql {
  schemaVersion: 1;
  command: "sql";
  ok: true;
  connectionId: string;
  dialect: string;
  sql: string;
  headers: string[];
  rows: unknown[][];
  totalRows: number;
  truncated: boolean;
  warnings: AnswerWarning[];
}
