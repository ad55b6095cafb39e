// Write src/schemas/*.ts, the types of the runtime's files and answers, from docs/reference/schemas.
//
//   node scripts/schema-types.mjs          write them
//   node scripts/schema-types.mjs --check  fail if one is out of date
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { compile } from "json-schema-to-typescript";

const HERE = import.meta.dirname;
const SCHEMAS = join(HERE, "..", "..", "docs", "reference", "schemas");
const TYPES = join(HERE, "..", "src", "schemas");
const STYLE = JSON.parse(readFileSync(join(HERE, "..", ".prettierrc.json"), "utf8"));

const MODULES = [
  {
    name: "files",
    directory: SCHEMAS,
    title: "RuntimeFiles",
    description: "What lies on disk, and the events of an install.",
  },
  {
    name: "answers",
    directory: join(SCHEMAS, "answers"),
    title: "Answers",
    description: "What `ktx runtime … --json` prints.",
  },
];

/** One schema of all in a directory: an object with a property for each, so that each name is written once. */
function together({ directory, title, description }) {
  const definitions = {};
  const define = (name, schema) => {
    const known = definitions[name];
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`two schemas are called ${name}`);
    definitions[name] = schema;
  };
  const properties = {};
  for (const file of readdirSync(directory).sort()) {
    if (!file.endsWith(".json")) continue;
    const { $defs, ...schema } = JSON.parse(readFileSync(join(directory, file), "utf8"));
    for (const [name, definition] of Object.entries($defs ?? {})) define(name, definition);
    define(schema.title, schema);
    properties[basename(file, ".json")] = { $ref: `#/$defs/${schema.title}` };
  }
  return { title, description, type: "object", properties, required: Object.keys(properties), $defs: definitions };
}

async function typesOf(module) {
  return await compile(withoutFieldTitles(together(module)), module.title, {
    additionalProperties: false,
    bannerComment: "// Generated from docs/reference/schemas by `make docs`; a test compares the two.",
    style: STYLE,
  });
}

/** A title below a property would make a type of its own for each text and number. */
function withoutFieldTitles(schema, isNamed = true) {
  if (Array.isArray(schema)) return schema.map((one) => withoutFieldTitles(one, false));
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => isNamed || key !== "title" || typeof value !== "string")
      .map(([key, value]) =>
        key === "$defs"
          ? [key, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutFieldTitles(one)]))]
          : [key, withoutFieldTitles(value, false)],
      ),
  );
}

const isCheck = process.argv.includes("--check");
for (const module of MODULES) {
  const file = join(TYPES, `${module.name}.ts`);
  const types = await typesOf(module);
  if (!isCheck) writeFileSync(file, types);
  else if (readFileSync(file, "utf8") !== types) {
    console.error(`src/schemas/${module.name}.ts is out of date\nrun: make docs`);
    process.exitCode = 1;
  }
}
