import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect } from "vitest";
import { STORY, createSa } from "../e2e/commands.ts";
import { irsa } from "../e2e/irsa.ts";
import { roleOf } from "../e2e/observe-world.ts";
import { startWorld } from "../worlds/start.ts";
import type { World } from "../worlds/world.ts";
import { attack } from "./attack.ts";

/** Of the built package: each round starts two processes. */
const ROUNDS = 5;
const EC2 = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };

let world: World;
const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));

beforeAll(async () => {
  world = await startWorld();
  expect(await run([...STORY.associate])).toMatchObject({ code: 0 });
});
afterAll(async () => world?.stop());

async function makeRole(RoleName: string): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [EC2] });
  await world.aws.iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return `arn:aws:iam::${world.aws.awsAccount}:role/${RoleName}`;
}

const trustNow = async (name: string): Promise<string> =>
  JSON.stringify((await roleOf(world.aws.iam(), name)).trust);

interface Answer {
  readonly steps?: readonly { readonly notes: readonly { readonly code: string }[] }[];
}

/** Adds trust for a ServiceAccount until it is done, as its user does who is told of a conflict. */
async function join(serviceAccount: string, role: string): Promise<readonly string[]> {
  const args = createSa(
    serviceAccount,
    "--attach-role-arn",
    role,
    "--add-trust",
    "--role-only",
    "--approve",
    "-o",
    "json",
  );
  for (let tries = 0; tries < 4; tries += 1) {
    const { code, stdout } = await run(args);
    if (code !== 0) continue;
    return (JSON.parse(stdout) as Answer).steps?.flatMap(({ notes }) => notes.map((note) => note.code)) ?? [];
  }
  throw new Error(`${serviceAccount} could not join ${role}`);
}

attack("other IAM user", "M2 variant: two processes that add trust to one role at once lose no statement", {
  attack: async () => {
    world.aws.setLatency(150);
    let merges = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const role = await makeRole(`shared-${round}`);
      const serviceAccounts = [`team/cart-${round}`, `team/till-${round}`];
      const codes = await Promise.all(serviceAccounts.map((serviceAccount) => join(serviceAccount, role)));
      merges += codes.flat().filter((code) => code === "trust-merged").length;
      const trust = await trustNow(`shared-${round}`);
      for (const part of [
        "ec2.amazonaws.com",
        ...serviceAccounts.map((serviceAccount) => serviceAccount.replace("/", ":")),
      ])
        expect(trust).toContain(part);
    }
    world.aws.clearFaults();
    console.log(`concurrency: two processes: ${ROUNDS} rounds, ${merges} merges, 0 lost`);
  },
  twin: async () => {
    const role = await makeRole("alone");
    expect(await join("team/alone", role)).toEqual([]);
    expect(await trustNow("alone")).toContain("team:alone");
  },
});
