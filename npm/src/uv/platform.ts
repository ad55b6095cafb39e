import type { Host } from "../host.js";

const SYSTEMS: Readonly<Record<string, string>> = { linux: "linux", darwin: "macos", win32: "windows" };
const PROCESSORS: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/** The name under which `uv.json` pins a wheel for this machine, whether or not it does. */
export function pinName(host: Pick<Host, "platform" | "architecture">, isMusl: () => boolean): string {
  const name = `${SYSTEMS[host.platform] ?? host.platform}-${PROCESSORS[host.architecture] ?? host.architecture}`;
  return host.platform === "linux" && isMusl() ? `${name}-musl` : name;
}

/** Node's own build tells which C library is here: its report names glibc's version, or none. */
export function runsOnMusl(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}
