import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildBinaries } from "./binary.ts";
import { TARGETS, targetName } from "./targets.ts";

/** Builds what the command line asks for. */
async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { out: { type: "string", default: "packed" }, target: { type: "string", multiple: true } },
  });
  const wanted = values.target ?? TARGETS.map(targetName);
  const unknown = wanted.filter((name) => !TARGETS.some((target) => targetName(target) === name));
  if (unknown.length > 0) {
    const names = TARGETS.map(targetName).join(", ");
    throw new Error(`no binary for ${unknown.join(", ")}; targets: ${names}`);
  }
  const targets = TARGETS.filter((target) => wanted.includes(targetName(target)));
  await buildBinaries(resolve(values.out), targets);
}

await main(process.argv.slice(2));
