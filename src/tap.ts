#!/usr/bin/env node
// This file has to run on any Node.js, to say that it is too old: no syntax and no import newer than 2020's.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `error: tap needs Node.js 22.12 or newer; this is ${process.versions.node}. In the project, "npx tap" uses the one that npm has installed.\n`,
  );
  process.exit(2);
}
import("./cli/process.ts").then(({ runProcess }) => runProcess(new URL("trade-service.zip", import.meta.url)));

export {};
