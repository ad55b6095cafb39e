/**
 * What a command needs that no running daemon takes: `dist/cold.js`, a file of its own, since reading and compiling it would cost those
 * commands more than all that they do. What crosses between the two files is data: each has its own copy of the classes that both use.
 */
export { bootstrap } from "./bootstrap/bootstrap.js";
export { runFromWheel } from "./bootstrap/from-wheel.js";
export { showCommandNames, showCompletion } from "./completion.js";
export { reportFailure } from "./failure.js";
export { handOver } from "./handover.js";
export { groupOverview, overview, overviewAnswer, pageFor } from "./help.js";
export { pluginFeatures } from "./installed.js";
export { commandNamed, refuseUnknown } from "./refuse.js";
export { reportStatus } from "./status.js";
export { canAsk } from "./terminal.js";
