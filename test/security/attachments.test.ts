import { expect } from "vitest";
import type { Change } from "../../src/model/change.ts";
import type { Role } from "../../src/model/iam-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { aDesire, aServiceAccount, CLOUDWATCH, INLINE, managed, S3_READ } from "../fakes/values.ts";
import { applyTo, bringAbout, planIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const ask = aDesire({ role: managed({ policies: [CLOUDWATCH], inline: INLINE, exclusivePolicies: true }) });
const STRANGER = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::444455556666:root" },
  Action: "sts:AssumeRole",
} as const;

/** A role of irsa's whose policies are gone, and the plan that gives them back. */
async function lacking(): Promise<readonly [World, readonly Change[]]> {
  const world = aWorld().withProvider();
  const { role } = await bringAbout(world, ask);
  world.editRole(role, () => ({ attached: [], inline: {} }));
  const { changes } = await planIn(world, ask);
  expect(changes.map(({ kind }) => kind)).toEqual(["attach-policy", "put-inline-policy"]);
  return [world, changes];
}

const edit = (world: World, change: (role: Role) => Partial<Role>) =>
  world.editRole(world.roleOf(ask), ({ role }) => ({ role: { ...role, ...change(role) } }));

/** Applies what was planned before the edit; nothing of it may reach the role. */
async function expectNothingGiven(change: (role: Role) => Partial<Role>): Promise<void> {
  const [world, changes] = await lacking();
  edit(world, change);
  world.log.clear();
  const steps = await applyTo(world, changes);
  expect(steps.filter(({ state }) => state === "done")).toEqual([]);
  expect(steps.find(({ state }) => state === "failed")).toMatchObject({ failure: { code: "conflict" } });
  expect(world.role(world.roleOf(ask))).toMatchObject({ attached: [], inline: {} });
  expect(world.log.writes).toEqual([]);
}

async function expectGiven(meanwhile: (world: World) => void): Promise<void> {
  const [world, changes] = await lacking();
  meanwhile(world);
  const steps = await applyTo(world, changes);
  expect(steps.filter(({ state }) => state === "failed")).toEqual([]);
  expect(world.role(world.roleOf(ask)).attached).toContain(CLOUDWATCH);
}

attack("other IAM user", "L8: a role is opened to others between the plan and the attach", {
  attack: () =>
    expectNothingGiven(({ trust }) => ({ trust: trustPolicy([...listOf(trust.Statement), STRANGER]) })),
  twin: () => expectGiven(() => undefined),
});

attack("other IAM user", "L8 variant: another role is put in its place, by that name or under another path", {
  attack: async () => {
    await expectNothingGiven(() => ({ id: "AROAANOTHERROLE00000" }));
    await expectNothingGiven(({ arn }) => ({ arn: arn.replace("role/", "role/theirs/") as Role["arn"] }));
  },
  // Someone attached a policy of theirs: the role is the same.
  twin: () => expectGiven((world) => world.editRole(world.roleOf(ask), () => ({ attached: [S3_READ] }))),
});

attack("other IAM user", "L8 variant: the role's tags name another ServiceAccount by then", {
  attack: () => expectNothingGiven(({ tags }) => ({ tags: { ...tags, "irsa/service-account": "evil" } })),
  // What happens to another ServiceAccount's role does not matter.
  twin: () =>
    expectGiven((world) => world.withRole(world.roleOf({ serviceAccount: aServiceAccount("shop/cart") }))),
});
