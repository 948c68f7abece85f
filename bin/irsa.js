#!/usr/bin/env node
import { main } from "../dist/main.js";

// A reader that stops reading, as `irsa … | head`, is no error.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});
process.exitCode = await main(process.argv.slice(2));
