#!/usr/bin/env node
import { join } from "node:path";

import { main } from "./main.js";

void main(process.argv.slice(2), join(__dirname, "..", "assets")).then((exitCode) => {
  process.exitCode = exitCode;
});
