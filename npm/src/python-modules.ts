/** What of Python's is run: the controller installs and answers, the worker computes. */
export const CONTROLLER = "ktx_runtime";
export const WORKER = "ktx_daemon";
