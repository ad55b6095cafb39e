import { readFileSync } from "node:fs";
import { join } from "node:path";

import { LauncherError, reasonOf } from "./errors.js";

export interface WheelPin {
  readonly file: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

export interface UvWheelPin extends WheelPin {
  /** The program inside the wheel. */
  readonly executable: { readonly member: string; readonly sha256: string; readonly size: number };
}

export interface UvPins {
  readonly version: string;
  /** The oldest uv on PATH that will do. */
  readonly minimum: string;
  readonly wheels: Readonly<Record<string, UvWheelPin>>;
}

export interface CommandSummary {
  readonly name: string;
  readonly summary: string;
}

export interface FeatureSummary {
  readonly name: string;
  readonly summary: string;
  readonly default: boolean;
  readonly consent: "with-runtime" | "separate";
  /** Megabytes of 10^6 bytes. */
  readonly download: { readonly what: string; readonly downloadMb: number; readonly diskMb: number } | null;
  readonly commands: readonly CommandSummary[];
}

/** `runtime.json`, made by the build from the wheel's own declarations. */
export interface RuntimeDescription {
  readonly schemaVersion: 1;
  readonly version: string;
  readonly wheel: WheelPin;
  /** As in the wheel's metadata: `>=3.11`. */
  readonly requiresPython: string;
  readonly baseLock: string;
  readonly uv: UvPins;
  /** The package index of last resort: pip's own default. */
  readonly indexUrl: string;
  /** The commands of the framework itself. */
  readonly commands: readonly CommandSummary[];
  readonly features: readonly FeatureSummary[];
}

/** What the npm package carries beside this program. */
export class PackageAssets {
  readonly runtime: RuntimeDescription;
  readonly #directory: string;

  /** `directory` holds `runtime.json`; it is trusted as this program is, since they are published together. */
  constructor(directory: string) {
    this.#directory = directory;
    try {
      this.runtime = JSON.parse(readFileSync(join(directory, "runtime.json"), "utf8")) as RuntimeDescription;
    } catch (thrown) {
      throw damagedPackage(`runtime.json cannot be read: ${reasonOf(thrown)}`);
    }
  }

  get wheel(): string {
    return join(this.#directory, this.runtime.wheel.file);
  }

  /** What `--help` says of each command, by its name; of commands with verbs, those are there, too. */
  helpPages(): Readonly<Record<string, string>> {
    try {
      return JSON.parse(readFileSync(join(this.#directory, "help.json"), "utf8")) as Record<string, string>;
    } catch (thrown) {
      throw damagedPackage(`help.json cannot be read: ${reasonOf(thrown)}`);
    }
  }

  /** A script of `ktx completion`. */
  completion(file: string): string {
    return join(this.#directory, "completion", file);
  }

  get baseLock(): string {
    return join(this.#directory, this.runtime.baseLock);
  }
}

export function damagedPackage(what: string): LauncherError {
  return new LauncherError(
    "package-damaged",
    `this copy of the npm package is damaged: ${what}`,
    "reinstall it: npm install --global @kaelio/ktx (for npx: npm cache clean --force, then the same command again)",
  );
}
