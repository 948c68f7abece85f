import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { RoleArn } from "../../src/model/arn.ts";
import { Failure } from "../../src/model/failure.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { fromOperator } from "../../src/model/source.ts";
import { evaluateGrant, podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import type { AssociationAsk } from "../../src/service-account/update/desired.ts";
import { aDesire, EC2, INLINE, MORE, ownRole } from "../fakes/values.ts";
import { applyAll, applyTo, updateIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const AGENT = "amazon-cloudwatch/cloudwatch-agent";
const { serviceAccount } = aDesire();
const TARGETS = ["a", "b"].map((name) => `arn:aws:iam::444455556666:role/${name}` as RoleArn);
const POLICIES = [JSON.stringify(INLINE), JSON.stringify(MORE)];

const edit = <Value extends string>(values: readonly Value[]) =>
  fc.option(
    fc.oneof(
      fc.constantFrom(...values).map((value) => ({ set: fromOperator(value) })),
      fc.constant({ remove: fromOperator(true as const) }),
    ),
    { nil: undefined },
  );

const asks: fc.Arbitrary<AssociationAsk> = fc
  .record({
    targetRole: edit(TARGETS),
    sessionPolicy: edit(POLICIES),
    withoutSessionTags: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map((ask) => Object.fromEntries(Object.entries(ask).filter(([, value]) => value !== undefined)));

const maybe = <Value>(values: readonly Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined });

/** An association of irsa's, of others or of an add-on, with a role that trusts it in one way or another. */
const worlds: fc.Arbitrary<World> = fc
  .record({
    targetRoleArn: maybe(TARGETS),
    policy: maybe(POLICIES),
    withoutSessionTags: fc.boolean(),
    ownerArn: maybe(["arn:aws:eks:eu-west-1:111122223333:addon/c/vpc-cni/1"]),
    isTagged: fc.boolean(),
    isComputed: fc.boolean(),
    isOwned: fc.boolean(),
    trust: fc.subarray(["pinned", "wide", "open", "ec2"] as const, { minLength: 1 }),
    isThere: fc.boolean(),
  })
  .map(({ isTagged, isComputed, isOwned, trust, isThere, withoutSessionTags, ...facts }) => {
    const world = aWorld().withServiceAccount(AGENT);
    const statements = {
      pinned: podIdentityStatement(podIdentityGrantFor(world.cluster, serviceAccount)),
      wide: podIdentityStatement(podIdentityGrantFor(world.cluster, serviceAccount, true)),
      open: {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
      ec2: EC2,
    } as const;
    const role = isComputed ? world.roleOf({ serviceAccount }) : ownRole("theirs");
    const tags = world.ownershipTagsOf({ serviceAccount });
    if (isThere)
      world.withRole(role, {
        trust: trustPolicy(trust.map((name) => statements[name])),
        tags: isOwned ? tags : {},
      });
    const policy = withoutSessionTags && facts.policy !== undefined ? { policy: facts.policy } : {};
    const more: Partial<PodIdentityAssociation> = {
      ...(facts.targetRoleArn !== undefined && { targetRoleArn: facts.targetRoleArn }),
      ...(facts.ownerArn !== undefined && { ownerArn: facts.ownerArn }),
      ...policy,
      withoutSessionTags,
      tags: isTagged ? tags : {},
    };
    return world.withAssociation(AGENT, role, more);
  });

const forAll = (check: (world: World, association: AssociationAsk) => Promise<void>): Promise<void> =>
  fc.assert(fc.asyncProperty(worlds, asks, check), { numRuns: 400 });

async function planOrStop(world: World, association: AssociationAsk) {
  try {
    return await updateIn(world, { association });
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

it("an update that is applied leaves nothing to do, and a stop stops again", () =>
  forAll(async (world, ask) => {
    const first = await planOrStop(world, ask);
    const stopped = first instanceof Failure;
    if (!stopped) await applyAll(world, first.changes);
    const expected = stopped ? { code: first.code } : { changes: [] };
    expect(await planOrStop(world, ask)).toMatchObject(expected);
  }));

it("the association has what was asked for, and everything else as before", () =>
  forAll(async (world, ask) => {
    const before = world.association(AGENT);
    const plan = await planOrStop(world, ask);
    if (plan instanceof Failure) return;
    await applyAll(world, plan.changes);
    const { targetRole, sessionPolicy, withoutSessionTags } = ask;
    const after = (found: string | undefined, edited: AssociationAsk["targetRole"] | typeof sessionPolicy) =>
      edited === undefined ? found : "set" in edited ? edited.set : undefined;
    expect(world.association(AGENT)).toEqual({
      ...before,
      targetRoleArn: after(before?.targetRoleArn, targetRole),
      policy: after(before?.policy, sessionPolicy),
      withoutSessionTags: withoutSessionTags ?? before?.withoutSessionTags,
    });
  }));

it("what is an add-on's, or not irsa's, is as it was", () =>
  forAll(async (world, ask) => {
    const { ownerArn, tags = {} } = world.association(AGENT) ?? {};
    if (ownerArn === undefined && "irsa/managed-by" in tags) return;
    const before = world.association(AGENT);
    const plan = await planOrStop(world, ask);
    if (!(plan instanceof Failure)) await applyAll(world, plan.changes);
    expect(world.association(AGENT)).toEqual(before);
  }));

it("pods that could get the role can get it after every single write", () =>
  forAll(async (world, ask) => {
    const canGet = (): boolean => {
      const { roleArn = "", withoutSessionTags } = world.association(AGENT) ?? {};
      const { trust } = world.role(roleArn as RoleArn).role;
      const grant = podIdentityGrantFor(world.cluster, serviceAccount, withoutSessionTags);
      return evaluateGrant(trust, grant).verdict === "allow";
    };
    const plan = await planOrStop(world, ask);
    if (plan instanceof Failure || !canGet()) return;
    for (const change of plan.changes) {
      await applyTo(world, [change]);
      expect(canGet()).toBe(true);
    }
  }));
