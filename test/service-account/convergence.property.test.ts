import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { evaluateTrust } from "../../src/model/trust-policy/evaluate.ts";
import { webIdentityRequest } from "../../src/model/trust-policy/request.ts";
import type { DesiredServiceAccount } from "../../src/service-account/create/desired.ts";
import type { ServiceAccountPlan } from "../../src/service-account/create/plan.ts";
import { askFacts, askFrom, LEGACY, worldFacts, worldFrom } from "../fakes/arbitrary.ts";
import type { StoredRole } from "../fakes/iam.ts";
import { applyTo, bringAbout, planIn } from "../fakes/walk.ts";
import type { World } from "../fakes/world.ts";

const RUNS = 1000;

/** Generated worlds with generated asks; other ones each time, unless a seed is given. */
function forAll(
  check: (world: World, ask: DesiredServiceAccount) => Promise<void>,
  more: { readonly seed?: number } = {},
): Promise<void> {
  const cases = fc.asyncProperty(worldFacts, askFacts, (facts, ask) => check(worldFrom(facts), askFrom(ask)));
  return fc.assert(cases, { numRuns: RUNS, ...more });
}

async function planOrStop(world: World, ask: DesiredServiceAccount): Promise<ServiceAccountPlan | Failure> {
  try {
    return await planIn(world, ask);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

describe("in whatever world and for whatever ask", () => {
  it("a plan that is applied leaves nothing to do, and a stop stops again", () =>
    forAll(async (world, ask) => {
      const first = await planOrStop(world, ask);
      const stopped = first instanceof Failure;
      if (!stopped) await bringAbout(world, ask);
      const expected = stopped
        ? { code: first.code, message: first.message }
        : { changes: [], role: first.role };
      expect(await planOrStop(world, ask)).toMatchObject(expected);
    }));

  it("planning writes nothing, and the plan is the same until something changes", () =>
    forAll(async (world, ask) => {
      const before = world.snapshot();
      const [first, second] = [await planOrStop(world, ask), await planOrStop(world, ask)];
      expect(second).toEqual(first);
      expect(world.snapshot()).toEqual(before);
      expect(world.log.writes).toEqual([]);
    }));

  it("when it is done, STS accepts the account's token, and no other account's", () =>
    forAll(async (world, ask) => {
      const plan = await planOrStop(world, ask);
      if (plan instanceof Failure) return;
      await applyTo(world, plan.changes);
      const { trust } = world.role(plan.role).role;
      const grant = world.grantOf({ serviceAccount: ask.serviceAccount, audience: plan.audience });
      const judge = (subject: string) =>
        evaluateTrust(trust, webIdentityRequest({ ...grant, subject, others: "absent" })).verdict;
      expect(judge(grant.subject)).toBe("allow");
      expect(judge("system:serviceaccount:amazon-cloudwatch:other")).toBe("deny");
      if (ask.roleOnly) return;
      const token = await world.kubernetes.requestToken(ask.serviceAccount, plan.audience, 600);
      const answer = await world.aws.sts.assumeWithToken({ role: plan.role, token, sessionName: "s" });
      expect(answer).toMatchObject({ accepted: true });
      expect(world.serviceAccount().annotations).toMatchObject({ "eks.amazonaws.com/role-arn": plan.role });
    }));

  it("what is not ours is as it was, and nothing is taken away", () =>
    forAll(async (world, ask) => {
      const before = structuredClone(world.iam);
      const serviceAccount = world.api.serviceAccounts.get("amazon-cloudwatch/cloudwatch-agent");
      const bystander = world.serviceAccount("shop/cart");
      const plan = await planOrStop(world, ask);
      if (!(plan instanceof Failure)) await applyTo(world, plan.changes);
      expect(world.serviceAccount("shop/cart")).toEqual(bystander);
      expect(world.iam.providers.size).toBeGreaterThanOrEqual(before.providers.size);
      for (const [arn, { clientIds, tags }] of before.providers) {
        const now = world.iam.providers.get(arn);
        expect(now?.clientIds).toEqual(expect.arrayContaining([...clientIds]));
        expect(now?.tags).toEqual(tags);
      }
      const mayChange = ({ role }: StoredRole): boolean =>
        role.tags["irsa/service-account"] === "cloudwatch-agent" ||
        (ask.addTrust && ask.role.kind === "existing" && role.arn === LEGACY);
      for (const [name, was] of [...before.roles].filter(([, was]) => !mayChange(was)))
        expect(world.iam.roles.get(name)).toEqual(was);
      for (const [name, was] of before.roles) {
        const now = world.iam.roles.get(name);
        expect(now?.attached).toEqual(expect.arrayContaining([...was.attached]));
        expect(now?.inline["theirs"]).toEqual(was.inline["theirs"]);
        expect(now?.role.trust.Id).toBe("bystander" === name ? undefined : "kept");
        const others = listOf(was.role.trust.Statement).filter(
          (one) => !JSON.stringify(one).includes(world.cluster.issuer.slice(8)),
        );
        expect(listOf(now?.role.trust.Statement ?? [])).toEqual(expect.arrayContaining(others));
      }
      const now = world.api.serviceAccounts.get("amazon-cloudwatch/cloudwatch-agent");
      expect(now?.labels["tier"]).toBe(serviceAccount?.labels["tier"]);
      expect(now?.annotations["note"]).toBe(serviceAccount?.annotations["note"]);
    }));
});

it("the worlds and asks are of every kind: both plans and most stops come up", async () => {
  const seen = new Set<string>();
  const count = async (world: World, ask: DesiredServiceAccount): Promise<void> => {
    const outcome = await planOrStop(world, ask);
    seen.add(outcome instanceof Failure ? outcome.code : outcome.changes.length > 0 ? "plan" : "done");
  };
  await forAll(count, { seed: 1 });
  expect([...seen]).toEqual(
    expect.arrayContaining(
      (
        "plan done account-exists owned-elsewhere provider-missing audience-missing role-exists role-lacks " +
        "trust-refuses trust-move trust-denies annotated-role no-role bad-annotation"
      ).split(" "),
    ),
  );
});
