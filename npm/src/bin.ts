#!/usr/bin/env node
import { join } from "node:path";

import { main } from "./main.js";

// What `engines` says; npm only warns of it.
const OLDEST_NODE = 20;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(
    `error: ktx needs node ${OLDEST_NODE} or newer, and this is ${process.versions.node}: ${process.execPath}`,
  );
  console.error("hint: install a newer one, or let your version manager use it here, then run the command again");
  process.exitCode = 1;
} else {
  void main(process.argv.slice(2), join(__dirname, "..", "assets")).then((exitCode) => {
    // All is written: only a console of Windows takes its text later. Elsewhere node need not take its heap apart.
    if (process.platform === "win32") process.exitCode = exitCode;
    else process.exit(exitCode);
  });
}
