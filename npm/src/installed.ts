import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Manifest } from "./manifest.js";
import type { CommandSummary, RuntimeDescription } from "./package-assets.js";
import type { Catalogue } from "./schemas/files.js";

/** A feature as help shows it. */
export interface FeatureHelp {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandSummary[];
}

/**
 * The installed features that the wheel knows nothing of: those of plugins. `directory` is `<root>/<version>`. What they do is in the
 * generation's catalogue; where that cannot be read, the manifest still names their commands.
 */
export function pluginFeatures(directory: string, manifest: Manifest, description: RuntimeDescription): FeatureHelp[] {
  const ours = new Set(description.features.map(({ name }) => name));
  const installed = new Set(manifest.commands.values());
  try {
    const file = join(directory, "generations", manifest.generation, "catalogue.json");
    const { features } = JSON.parse(readFileSync(file, "utf8")) as Catalogue;
    return (features ?? [])
      .map(({ feature }) => ({
        name: feature.name,
        summary: feature.summary,
        commands: (feature.commands ?? []).flatMap(({ name, summary, verbs }) => [
          { name, summary },
          ...Object.entries(verbs ?? {}).map(([verb, what]) => ({ name: `${name} ${verb}`, summary: what })),
        ]),
      }))
      .filter(({ name }) => installed.has(name) && !ours.has(name));
  } catch {
    return [...installed].filter((name) => !ours.has(name)).map((name) => namedOnly(name, manifest));
  }
}

function namedOnly(name: string, { commands }: Manifest): FeatureHelp {
  const own = [...commands].filter(([, feature]) => feature === name);
  return { name, summary: "a plugin's", commands: own.map(([command]) => ({ name: command, summary: "" })) };
}
