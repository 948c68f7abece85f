import { Ajv } from "ajv";
import { expect } from "vitest";
import { runCommandLine } from "../../src/main.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import type { Fleet } from "../fakes/fleet.ts";
import { heardSurroundings } from "../fakes/streams.ts";
import type { World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";
import { answerSchema, closed } from "../json/answer-schemas.ts";

/** How a command line ended, and what it printed. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a whole command line on a fleet. */
export async function runOn(fleet: Fleet, ...words: readonly string[]): Promise<Ran> {
  const surroundings = { ...heardSurroundings(), network: fleet.network(), clock: NO_WAITING };
  const code = await runCommandLine(words, surroundings);
  const { stdout, stderr } = surroundings.streams.heard;
  return { code, out: stdout.join(""), err: stderr.join("") };
}

/** The role of an AWS account that targets files name. */
export function roleOf(awsAccount: string): string {
  return `arn:aws:iam::${awsAccount}:role/audit`;
}

/** A targets file with these AWS accounts, each called by its first digit. */
export function targetsFile(name: string, ...accounts: readonly string[]): string {
  return fileOf(name, {
    accounts: accounts.map((account_id) => ({
      account_id,
      name: `name-${account_id.slice(0, 1)}`,
      role: roleOf(account_id),
    })),
  });
}

/** The AWS accounts in which something was written. */
export function written({ worlds }: Fleet): readonly string[] {
  return [...worlds].flatMap(([awsAccount, { log }]) => (log.writes.length > 0 ? [awsAccount] : []));
}

/** The JSON of a command's answers, which are as its schema has them. */
export function jsonOf(command: string): (ran: Pick<Ran, "out">) => string {
  const matches = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(closed(answerSchema(command)));
  return ({ out }) => {
    expect(matches(JSON.parse(out)) ? [] : matches.errors).toEqual([]);
    return out;
  };
}

/** A ServiceAccount whose role does not exist, and that no pod uses: two findings. */
export function broken(world: World): World {
  return world.withProvider().withServiceAccount("shop/cart", {
    annotations: { [ROLE_ANNOTATION]: `arn:aws:iam::${world.cluster.awsAccount}:role/gone` },
  });
}
