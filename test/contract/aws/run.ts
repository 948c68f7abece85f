import { expect } from "vitest";
import { filled, keep, type Kept } from "../placeholders.ts";
import { call, type Access } from "./actions.ts";
import type { Case, Step } from "./case.ts";
import { ISSUER } from "./tokens.ts";
import type { ContractWorld, EmptyAwsAccount } from "./world.ts";

/** Runs a case in an account that is empty but for what the case asks for. */
export async function runCase(world: ContractWorld, { steps, clusters = [] }: Case): Promise<void> {
  const awsAccount = await world.empty(clusters);
  const kept: Kept = new Map([
    ...world.tokens.byName,
    ["account", awsAccount.awsAccount],
    ["region", awsAccount.region],
    ["issuer", ISSUER],
    ["provider", `arn:aws:iam::${awsAccount.awsAccount}:oidc-provider/${ISSUER.slice("https://".length)}`],
  ]);
  for (const step of steps) await runStep(world, awsAccount, step, kept);
}

async function runStep(
  world: ContractWorld,
  awsAccount: EmptyAwsAccount,
  step: Step,
  kept: Kept,
): Promise<void> {
  const { answer, refused } = filled(step.diverges?.[world.name] ?? step, kept);
  const outcome = await call(accessOf(awsAccount, step), step.call, filled(step.input ?? {}, kept));
  const expected = refused === undefined ? { answer: answer ?? expect.anything() } : { refused };
  expect(outcome, step.call).toMatchObject(expected);
  if ("answer" in outcome) keep(kept, outcome.answer, step.keep);
}

function accessOf({ url, region, keys }: EmptyAwsAccount, { as = "admin" }: Step): Access {
  switch (as) {
    case "nobody":
      return { url, region, key: { ...keys.admin, accessKeyId: "AKIANOBODY" } };
    case "wrong":
      return { url, region, key: { ...keys.admin, secretAccessKey: "wrong" } };
    case "admin":
    case "session":
    case "viewer":
      return { url, region, key: keys[as] };
  }
}
