import { expect } from "vitest";
import { filled, keep, type Kept } from "../placeholders.ts";
import { call, type Access } from "./actions.ts";
import type { Case, Step } from "./case.ts";
import { ISSUER } from "./tokens.ts";
import type { ContractWorld, EmptyAccount } from "./world.ts";

/** Runs a case in an account that is empty but for what the case asks for. */
export async function runCase(world: ContractWorld, { steps, clusters = [] }: Case): Promise<void> {
  const account = await world.empty(clusters);
  const kept: Kept = new Map([
    ...world.tokens.byName,
    ["account", account.account],
    ["region", account.region],
    ["issuer", ISSUER],
    ["provider", `arn:aws:iam::${account.account}:oidc-provider/${ISSUER.slice("https://".length)}`],
  ]);
  for (const step of steps) await runStep(world, account, step, kept);
}

async function runStep(world: ContractWorld, account: EmptyAccount, step: Step, kept: Kept): Promise<void> {
  const { answer, refused } = filled(step.diverges?.[world.name] ?? step, kept);
  const outcome = await call(accessOf(account, step), step.call, filled(step.input ?? {}, kept));
  const expected = refused === undefined ? { answer: answer ?? expect.anything() } : { refused };
  expect(outcome, step.call).toMatchObject(expected);
  if ("answer" in outcome) keep(kept, outcome.answer, step.keep);
}

function accessOf({ url, region, keys }: EmptyAccount, { as = "admin" }: Step): Access {
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
