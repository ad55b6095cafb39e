import { readFileSync } from "node:fs";

/**
 * Whether the very process that was given `mark` still runs, as `ktx_runtime/daemon/process.py` has it: on Linux the boot and field 22 of
 * /proc/<pid>/stat (see proc(5)). Elsewhere node cannot ask when a process was started: there it is whether one of this user's has the number.
 */
export function isRunning(pid: number, mark: string, platform: NodeJS.Platform = process.platform): boolean {
  try {
    if (platform === "linux") return linuxMark(pid) === mark;
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function linuxMark(pid: number): string | undefined {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in parentheses may hold spaces and parentheses itself.
  const [state, ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return undefined;
  return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${fields[18]}`;
}
