import { createInterface } from "node:readline";

import type { Wishes } from "../arguments.js";
import { ExitCode, LauncherError, type LauncherCode } from "../errors.js";
import type { FeatureSummary, RuntimeDescription, UvWheelPin } from "../package-assets.js";

export type Verdict = "granted" | "ask" | "refused";

/** Whether what is missing may be installed; the one place in the launcher that says so. */
export function verdict(wishes: Pick<Wishes, "yes" | "noInput">, canAsk: boolean): Verdict {
  if (wishes.yes) return "granted";
  return wishes.noInput || !canAsk ? "refused" : "ask";
}

/** What is downloaded, and how much of it. `why` says what the matter is; `uv` is given when it has to be fetched. */
export function downloadsText(
  description: RuntimeDescription,
  why: string,
  uv: UvWheelPin | undefined,
  root: string,
): string {
  const lines = [
    ...(uv ? [`  uv ${description.uv.version}, the installer: ${megabytes(uv.size / 1e6)} MB`] : []),
    ...description.features.filter((feature) => feature.default).map(featureLine),
  ];
  return [
    `the Python runtime of ktx ${description.version} ${why}`,
    "installing it downloads:",
    ...lines,
    `and keeps it in ${root}`,
  ].join("\n");
}

function featureLine({ name, summary, download }: FeatureSummary): string {
  const size = download ? `: ${megabytes(download.downloadMb)} MB, ${megabytes(download.diskMb)} MB on disk` : "";
  return `  ${name} (${summary})${size}`;
}

function megabytes(amount: number): string {
  return amount < 10 ? amount.toFixed(1) : amount.toFixed(0);
}

/** Ask on the terminal; an empty answer is a yes. Rejects when the terminal goes away. */
export function ask(question: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
    const stop = (): void => {
      terminal.close();
      reject(new Error("interrupted"));
    };
    signal.addEventListener("abort", stop, { once: true });
    terminal.question(question, (answer) => {
      signal.removeEventListener("abort", stop);
      resolve(/^(y|yes|)$/i.test(answer.trim()));
      terminal.close();
    });
    // Without an answer, as after ^D; after one it changes nothing.
    terminal.once("close", () => resolve(false));
  });
}

/** The error of a consent that was not given; the command gives it. */
export function withoutConsent(
  code: Extract<LauncherCode, "consent-required" | "consent-declined">,
  why: string,
  command: string,
): LauncherError {
  return new LauncherError(code, why, `run: ${command}`, ExitCode.inputNeeded);
}
