import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProgram } from "../../src/program.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { FAULTS } from "../fakes/faults.ts";
import { ADOPT } from "./cases/adoption.ts";
import { AGENT } from "./cases/agent.ts";
import { CREATE_SA } from "./cases/create-sa.ts";
import { FILE } from "./cases/file.ts";
import { DELETE_SA, UPDATE_SA } from "./cases/life.ts";
import { MIGRATE_POD_IDENTITY } from "./cases/migrate-pod-identity.ts";
import { MIGRATE_TRUST } from "./cases/migrate-trust.ts";
import { OIDC } from "./cases/oidc.ts";
import { WORKLOADS } from "./cases/workloads.ts";
import { countWrites, runUnheard, STREAMS } from "./broken-output.ts";
import { fileOf } from "./files.ts";
import { runClean, runDisturbed, type CleanRun, type WritingCommand } from "./sweep.ts";

const COMMANDS: readonly WritingCommand[] = [
  ...OIDC,
  ...AGENT,
  ...CREATE_SA,
  ...UPDATE_SA,
  ...DELETE_SA,
  ...ADOPT,
  ...WORKLOADS,
  ...FILE,
  ...MIGRATE_TRUST,
  ...MIGRATE_POD_IDENTITY,
];

// The rules of the folder that tests are run in have no part in it.
process.env["IRSA_CONFIG"] = fileOf("rules.yaml", { forbiddenPolicies: ["AdministratorAccess"] });

let cases = 0;
let unheard = 0;
afterAll(() => {
  process.stderr.write(`killed anywhere, in memory: ${cases} cases\n`);
  process.stderr.write(`output closed anywhere, in memory: ${unheard} cases\n`);
});

describe.each(COMMANDS.map((command) => [command.name, command] as const))("%s", (_name, command) => {
  let clean: CleanRun;
  beforeAll(async () => {
    clean = await runClean(command);
  });

  it("is the run that is meant", () => {
    expect([...new Set(clean.writes)].toSorted()).toEqual(command.writes);
  });

  it.each(FAULTS)("whichever call %s, the same command again finishes it", async (_what, disturb) => {
    for (const [index, name] of clean.calls.entries()) {
      cases += 1;
      await runDisturbed(command, clean, disturb, index + 1).catch((error: unknown) => {
        throw new Error(`disturbed at call ${index + 1} of ${clean.calls.length}, ${name}`, { cause: error });
      });
    }
  });

  it.each(STREAMS)(
    "wherever %s is closed, it is said on %s, and the same command again finishes it",
    async (stream) => {
      const writes = await countWrites(command, clean, stream);
      for (let nth = 1; nth <= writes; nth += 1) {
        unheard += 1;
        await runUnheard(command, clean, { stream, nth }).catch((error: unknown) => {
          throw new Error(`${stream} closed at write ${nth} of ${writes}`, { cause: error });
        });
      }
    },
  );
});

it("every command that writes is among them", async () => {
  const { context } = listeningContext();
  const { commands } = await buildProgram([], context, "0.0.0");
  const approvable: string[] = [];
  for (const name of commands.map((command) => command.name())) {
    const program = await buildProgram([name], context, "0.0.0");
    const command = program.commands.find((one) => one.name() === name);
    if (command?.options.some(({ long }) => long === "--approve") === true) approvable.push(name);
  }
  const tried = new Set(COMMANDS.map(({ line }) => line.split(" ")[0]));
  expect(approvable.filter((name) => !tried.has(name))).toEqual([]);
  expect(approvable).toContain("create-sa");
});
