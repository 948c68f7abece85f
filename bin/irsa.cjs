#!/usr/bin/env node
// CommonJS, as dist/main.cjs is: it starts in half the time.
// This file alone must be understood by every Node since 4, so that an older one is told which it has to be.
"use strict";

/** As `engines` in package.json. */
const NEEDED = [20, 19];

const running = process.versions.node.split(".").map(Number);
const isTooOld = running[0] < NEEDED[0] || (running[0] === NEEDED[0] && running[1] < NEEDED[1]);

// Until the end is known: a process that just stops has not done its work.
process.exitCode = 1;
const tooOld = `error: irsa needs Node ${NEEDED.join(".")} or newer, and this is ${process.version}\n`;
if (isTooOld) process.stderr.write(tooOld);
else run(process.argv.slice(2));

function run(args) {
  /** What the build has had the program say already (scripts/build.mjs): to load it takes half as long as Node itself. */
  const SAID = new Map([
    ["--help", "help"],
    ["-h", "help"],
    ["help", "help"],
    ["--version", "version"],
    ["-V", "version"],
    ["version", "version"],
  ]);
  /** What is said is laid out for a terminal as wide as this, and for whatever is none. */
  const COLUMNS = 80;
  /** As kubectl's plugin it has another name in its help. */
  const isPlugin = /kubectl-irsa[^/\\]*$/.test(process.argv[1]);
  /** Compiled into one binary (scripts/packages), which has no files beside it. */
  const isCompiled = process.versions.bun !== undefined;
  const said = args.length === 1 && !isPlugin && !isCompiled ? SAID.get(args[0]) : undefined;
  /** Asked now: one that is closed is none any more. */
  const hasTerminal = [0, 1, 2].some(require("node:tty").isatty);
  if (said !== undefined && !(process.stdout.columns < COLUMNS)) return say(said);
  if (!isCompiled) keepCompiled();
  require("../dist/main.cjs")
    .main(args)
    .then((ended) => end(ended, hasTerminal));
}

/**
 * Has Node (22.1 and newer) keep what it compiles for the next run, within the package's folder: whoever can write there can
 * replace the program, too (docs/decisions/0043-compiled-code.md). What root writes into the folder of somebody else
 * would be in the way of their npm, so that it is for the folder's owner alone.
 */
function keepCompiled() {
  const enable = require("node:module").enableCompileCache;
  if (enable === undefined) return;
  const fs = require("node:fs");
  const folder = `${__dirname}/../node_modules/.cache/irsa/compiled`;
  /** Windows has neither such numbers nor such modes. */
  const user = process.getuid && process.getuid();
  const isOurs = (found) => user === undefined || found.uid === user;
  const isClosed = (found) => user === undefined || (found.mode & 0o022) === 0;
  try {
    if (!isOurs(fs.statSync(`${__dirname}/..`))) return;
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = fs.lstatSync(folder);
    if (made.isDirectory() && isOurs(made) && isClosed(made)) enable(folder);
  } catch (error) {
    // Where nothing can be written, Node compiles as it always has.
    if (error.code === undefined) throw error;
  }
}

function say(name) {
  /** The exit code of whatever a reader stops reading, as in `irsa … | head`. */
  const SIGPIPE = 141;
  const text = require("node:fs").readFileSync(`${__dirname}/../dist/said/${name}.txt`);
  process.stdout.on("error", (error) => {
    process.exitCode = error.code === "EPIPE" ? SIGPIPE : 1;
    if (error.code !== "EPIPE") process.stderr.write(`error: can't write to stdout (${error.code})\n`);
  });
  process.stdout.write(text, (error) => {
    if (!error) process.exitCode = 0;
  });
}

function end(ended, hasTerminal) {
  process.exitCode = ended.code;
  if (ended.isHungUp && hasTerminal) {
    // The library that asks questions listens too.
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  }
  // What the run still waits for when it is interrupted is not waited for.
  if (ended.isAbandoned) process.exit();
}
