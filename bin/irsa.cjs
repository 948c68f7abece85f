#!/usr/bin/env node
// CommonJS, as dist/main.cjs is: it starts in half the time.
const { main } = require("../dist/main.cjs");

// A reader that stops reading, as `irsa … | head`, is no error.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});
main(process.argv.slice(2)).then(end);

function end(code) {
  process.exitCode = code;
  // What was still being read when Ctrl-C was pressed is not waited for; what is said is.
  if (code === 130) process.stdout.write("", () => process.exit());
}
