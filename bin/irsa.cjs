#!/usr/bin/env node
// CommonJS, as dist/main.cjs is: it starts in half the time.
const { readFileSync } = require("node:fs");

/** What the build has had the program say already (scripts/build.mjs): to load it takes half as long as Node itself. */
const SAID = new Map([
  ["--help", "help"],
  ["-h", "help"],
  ["help", "help"],
  ["--version", "version"],
  ["-V", "version"],
]);
/** What is said is laid out for a terminal as wide as this, and for whatever is none. */
const COLUMNS = 80;

const args = process.argv.slice(2);
const said = args.length === 1 ? SAID.get(args[0]) : undefined;

// A reader that stops reading, as `irsa … | head`, is no error.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});
if (said !== undefined && !(process.stdout.columns < COLUMNS)) {
  process.stdout.write(readFileSync(`${__dirname}/../dist/said/${said}.txt`));
} else {
  const { main } = require("../dist/main.cjs");
  main(args).then(end);
}

function end(code) {
  process.exitCode = code;
  // What was still being read when Ctrl-C was pressed is not waited for; what is said is.
  if (code === 130) process.stdout.write("", () => process.exit());
}
