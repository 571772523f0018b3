#!/usr/bin/env node
// This file has to run on any Node.js, to say that it is too old: no syntax and no import newer than 2020's.
import module from "node:module";
import { join } from "node:path";

/** The package's version, put in by the build. */
declare const TAP_VERSION: string;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `error: tap needs Node.js 22.12 or newer; this is ${process.versions.node}. In the project, "npx tap" uses the one that npm has installed.\n`,
  );
  process.exit(2);
}

const [, , first = "", ...others] = process.argv;
if (others.length === 0 && (first === "--version" || first === "-V")) {
  console.log(TAP_VERSION);
} else {
  const here = import.meta.dirname;
  // Not in the folder for temporary files, where others might put code of theirs. Where it cannot be written to, Node.js
  // goes on without.
  module.enableCompileCache(join(here, ".cache"));
  import("./cli/process.ts").then(({ runProcess }) => runProcess(join(here, "trade-service.zip")));
}
