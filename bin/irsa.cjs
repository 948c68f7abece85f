#!/usr/bin/env node
// CommonJS, as dist/main.cjs is: it starts in half the time.
const { main } = require("../dist/main.cjs");

// A reader that stops reading, as `irsa … | head`, is no error.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});
main(process.argv.slice(2)).then((code) => (process.exitCode = code));
