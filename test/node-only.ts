import { basename } from "node:path";
import { beforeEach, inject } from "vitest";

/** The test files that say nothing about the standalone binary, by name, each with the reason. */
const NODE_ONLY: Readonly<Record<string, string>> = {
  "budgets.test.ts": "counts the files that Node loads, through NODE_OPTIONS",
  "bugs.test.ts": "breaks irsa from within, through NODE_OPTIONS",
  "help.test.ts": "is about the help that the npm package has at hand",
  "isolation.test.ts":
    "sees connections through NODE_OPTIONS; of the binary, test/packages/no-network.test.ts does",
  "library.test.ts": "is about what the npm package exports",
  "old-node.test.ts": "is about a Node that is too old for the npm package",
};

/** Set-up of the projects that run the standalone binary. */
beforeEach(({ task, skip }) => {
  const reason = NODE_ONLY[basename(task.file.name)];
  if (inject("binary") !== undefined && reason !== undefined) skip(reason);
});
