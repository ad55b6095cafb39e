import { Interrupted } from "../errors.js";

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Do something that has to clean up behind itself: a signal aborts it, and it ends as `Interrupted`. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const handlers = Object.entries(SIGNALS).map(([name, exitCode]) => {
    const handler = (): void => controller.abort(new Interrupted(exitCode));
    return [name as NodeJS.Signals, handler] as const;
  });
  for (const [name, handler] of handlers) process.on(name, handler);
  try {
    return await work(controller.signal);
  } catch (thrown) {
    throw controller.signal.aborted ? controller.signal.reason : thrown;
  } finally {
    for (const [name, handler] of handlers) process.off(name, handler);
  }
}
