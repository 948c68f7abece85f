#!/usr/bin/env node
// CommonJS, as dist/main.cjs is: it starts in half the time.
const { readFileSync } = require("node:fs");
const { isatty } = require("node:tty");

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
/** The exit code of whatever a reader stops reading, as in `irsa … | head`. */
const SIGPIPE = 141;

/** Asked now: one that is closed is none any more. */
const hasTerminal = [0, 1, 2].some(isatty);

const args = process.argv.slice(2);
const said = args.length === 1 ? SAID.get(args[0]) : undefined;

// Until the end is known: a process that just stops has not done its work.
process.exitCode = 1;
if (said !== undefined && !(process.stdout.columns < COLUMNS)) {
  const text = readFileSync(`${__dirname}/../dist/said/${said}.txt`);
  process.stdout.on("error", ({ code }) => {
    process.exitCode = code === "EPIPE" ? SIGPIPE : 1;
    if (code !== "EPIPE") process.stderr.write(`error: can't write to stdout (${code})\n`);
  });
  process.stdout.write(text, (error) => {
    if (!error) process.exitCode = 0;
  });
} else {
  const { main } = require("../dist/main.cjs");
  main(args).then(end);
}

function end({ code, isAbandoned, isHungUp }) {
  process.exitCode = code;
  if (isHungUp && hasTerminal) {
    // The library that asks questions listens too.
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  }
  // What the run still waits for when it is interrupted is not waited for.
  if (isAbandoned) process.exit();
}
