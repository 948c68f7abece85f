import { describe, expect, it } from "vitest";
import { roleRef } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { attachedTag, inlineHash, roleOwnershipTags, TAG } from "../../src/model/ownership-tags.ts";
import { roleDigest } from "../../src/model/observed-digest.ts";
import { listOf, type PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { fromOperator } from "../../src/model/source.ts";
import { observeServiceAccount } from "../../src/service-account/create/observe.ts";
import { namedPolicies, observePolicies } from "../../src/service-account/create/observe-policies.ts";
import type { ObservedRole } from "../../src/service-account/create/observed.ts";
import { planServiceAccount } from "../../src/service-account/create/plan.ts";
import { lacks } from "../../src/service-account/role/changes.ts";
import {
  aCluster,
  aDesire,
  aServiceAccount,
  aRoleName,
  CLOUDWATCH,
  existing,
  INLINE,
  managed,
  MORE,
  ownPolicy,
  ownRole,
  S3_READ,
  EC2,
} from "../fakes/values.ts";
import { bringAbout, changeOf, kindsOf, planIn, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const PATH = "amazon-cloudwatch/cloudwatch-agent";
const EDGE = ownPolicy("edge");
const LEGACY = ownRole("legacy");
/** Two statements of which `INLINE` says nothing. */
const TWO = fromOperator<PolicyDocument>({
  Version: "2012-10-17",
  Statement: [...listOf(MORE.Statement), { Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" }],
});

async function settled(desired = aDesire()): Promise<World> {
  const world = aWorld().withProvider().withPolicy(EDGE);
  await bringAbout(world, desired);
  return world;
}

const roleIn = (world: World) => world.role(world.roleOf(aDesire())).role;
const exclusivePolicies = (changes: Parameters<typeof managed>[0] = {}) =>
  aDesire({ role: managed({ exclusivePolicies: true, ...changes }) });

function withTags(world: World, tags: Readonly<Record<string, string>>): World {
  world.editRole(world.roleOf(aDesire()), ({ role }) => ({
    role: { ...role, tags: { ...role.tags, ...tags } },
  }));
  return world;
}

describe("what a role lacks of the ask", () => {
  const observed: ObservedRole = {
    role: {
      ...aWorld().withRole(LEGACY).role(LEGACY).role,
      maxSessionSeconds: 7200,
      boundary: EDGE,
      tags: { team: "a" },
    },
    attached: [CLOUDWATCH],
    inline: { theirs: INLINE },
  };
  const { boundary: _, ...unbounded } = observed.role;

  it.each<
    readonly [string, Parameters<typeof managed>[0], ObservedRole, readonly (readonly [string, RegExp])[]]
  >([
    ["nothing where nothing is asked for", { policies: [] }, observed, []],
    [
      "nothing where it has all of it",
      { inline: INLINE, boundary: EDGE, maxSessionSeconds: 7200, tags: { team: "a" } },
      observed,
      [],
    ],
    [
      "policies",
      { policies: [CLOUDWATCH, S3_READ] },
      observed,
      [["not attached", /^AmazonS3ReadOnlyAccess$/]],
    ],
    ["a statement", { inline: MORE }, observed, [["inline policy", /^a statement is missing$/]]],
    ["several statements", { inline: TWO }, observed, [["inline policy", /^2 statements are missing$/]]],
    [
      "another boundary",
      { boundary: ownPolicy("core") },
      observed,
      [["boundary", /policy\/edge, .*policy\/core$/]],
    ],
    [
      "a boundary",
      { boundary: EDGE },
      { ...observed, role: unbounded },
      [["boundary", /^none, .*policy\/edge$/]],
    ],
    ["a session", { maxSessionSeconds: 3600 }, observed, [["max session", /^7200 s, .* 3600 s$/]]],
    ["a description", { description: "x" }, observed, [["description", /^"?[^"]+"?, requested "x"$/]]],
    ["the value of a tag", { tags: { team: "b" } }, observed, [["tag", /^team=a, .* b$/]]],
    ["a tag", { tags: { tier: "b" } }, observed, [["tag", /^tier=, .* b$/]]],
  ])("is %s", (_what, wanted, found, expected) => {
    const list = lacks(found, managed(wanted));
    expect(list.map(([label]) => label)).toEqual(expected.map(([label]) => label));
    for (const [at, [, text]] of expected.entries()) expect(list[at]?.[1]).toMatch(text);
  });
});

describe("a role of irsa's that is brought in line", () => {
  it("is told as it was where no edit of it does", async () => {
    const world = await settled();
    const alone = await planIn(world, aDesire({ role: managed({ inline: INLINE }) }));
    expect(changeOf(alone, "put-inline-policy")).toMatchObject({ roleObserved: roleDigest(roleIn(world)) });
    const behind = await planIn(
      world,
      aDesire({ role: managed({ inline: INLINE, maxSessionSeconds: 7200 }) }),
    );
    expect(changeOf(behind, "edit-role")).toMatchObject({ observed: roleDigest(roleIn(world)) });
    expect(changeOf(behind, "put-inline-policy")).not.toHaveProperty("roleObserved");
  });

  it("changes only what differs", async () => {
    const world = await settled(
      aDesire({ role: managed({ boundary: EDGE, maxSessionSeconds: 7200, tags: { a: "1" } }) }),
    );
    const plan = await planIn(
      world,
      aDesire({ role: managed({ boundary: EDGE, maxSessionSeconds: 7200, tags: { a: "1", b: "2" } }) }),
    );
    const { kind: _, arn: __, observed: ___, ...edit } = changeOf(plan, "edit-role");
    expect(edit).toEqual({ setTags: { b: "2" } });
    expect(kindsOf(await planIn(world, aDesire()))).toEqual([]);
  });

  it("may accept others as long as nothing is given to it", async () => {
    const world = await settled();
    world.editRole(world.roleOf(aDesire()), ({ role }) => ({
      role: { ...role, trust: { ...role.trust, Statement: [...listOf(role.trust.Statement), EC2] } },
    }));
    const session = await planIn(world, aDesire({ role: managed({ maxSessionSeconds: 7200 }) }));
    expect(kindsOf(session)).toEqual(["edit-role"]);
    const more = planIn(world, aDesire({ role: managed({ policies: [CLOUDWATCH, S3_READ] }) }));
    expect((await stopOf(more)).code).toBe("role-shared");
  });

  it.each([
    ["created", { [TAG.set]: "payments" }],
    ["adopted", {}],
  ] as const)("joins the set of its file where it is not adopted: %s", async (origin, expected) => {
    const world = await settled();
    withTags(world, roleOwnershipTags(world.cluster, aDesire().serviceAccount, origin, [CLOUDWATCH]));
    const plan = await planIn(world, aDesire({ role: managed({ set: "payments", tags: { a: "1" } }) }));
    expect(changeOf(plan, "edit-role").setTags).toEqual({ a: "1", ...expected });
  });

  it("is told beyond what, unless an exact ask takes that away", async () => {
    const world = await settled(aDesire({ role: managed({ policies: [CLOUDWATCH, S3_READ] }) }));
    const codes = async (desired: ReturnType<typeof aDesire>) =>
      (await planIn(world, desired)).notes.map(({ level, code }) => `${level} ${code}`);
    expect(await codes(aDesire())).toEqual(["info attached-beyond"]);
    expect(await codes(exclusivePolicies())).toEqual([]);
  });
});

describe("an exact ask", () => {
  it("tells the role as it was where no edit of it does", async () => {
    const world = await settled(
      aDesire({ role: managed({ policies: [CLOUDWATCH, S3_READ], inline: INLINE }) }),
    );
    const plan = await planIn(world, exclusivePolicies());
    expect(kindsOf(plan)).toEqual(["detach-policy", "delete-inline-policy", "edit-role"]);
    for (const change of plan.changes.slice(0, 2))
      expect(change).toMatchObject({ roleObserved: roleDigest(roleIn(world)) });
    const behind = await planIn(world, exclusivePolicies({ maxSessionSeconds: 7200 }));
    expect(kindsOf(behind).slice(0, 2)).toEqual(["edit-role", "detach-policy"]);
    expect(behind.changes[1]).not.toHaveProperty("roleObserved");
  });

  it("cuts the ownership tags, and nothing else", async () => {
    const world = await settled(aDesire({ role: managed({ policies: [CLOUDWATCH, S3_READ] }) }));
    const cut = changeOf(await planIn(world, exclusivePolicies()), "edit-role");
    expect(cut).toMatchObject({ setTags: { [TAG.attached]: attachedTag([CLOUDWATCH]) } });
    expect(cut).not.toHaveProperty("unsetTags");
    withTags(world, { [TAG.inline]: inlineHash("gone") });
    const both = changeOf(await planIn(world, exclusivePolicies({ policies: [] })), "edit-role");
    expect(both.unsetTags).toEqual([TAG.attached, TAG.inline]);
    expect(both).not.toHaveProperty("setTags");
  });
});

describe("somebody else's role", () => {
  it("is told to have more, whether or not the ask is exact", async () => {
    const world = aWorld().withProvider();
    world
      .withRole(
        LEGACY,
        { trust: world.trustOf(aDesire()), tags: { [TAG.attached]: attachedTag([S3_READ]) } },
        { attached: [CLOUDWATCH, S3_READ] },
      )
      .withServiceAccount(PATH, { annotations: { [ROLE_ANNOTATION]: LEGACY } });
    for (const desired of [aDesire(), exclusivePolicies()])
      expect((await planIn(world, desired)).notes.map(({ code }) => code)).toEqual(["attached-beyond"]);
  });

  it("is not told to have more where no policies are asked for", async () => {
    const world = aWorld().withProvider();
    world.withRole(LEGACY, { trust: world.trustOf(aDesire()) }, { attached: [CLOUDWATCH] });
    expect((await planIn(world, aDesire({ role: existing(LEGACY) }))).notes).toEqual([]);
  });
});

describe("a ServiceAccount", () => {
  it("is not changed by --role-only, even where the cluster was asked", async () => {
    const world = aWorld().withProvider().withServiceAccount(PATH);
    const desired = aDesire({ roleOnly: true });
    const { aws, cluster, kubernetes } = world;
    const policies = observePolicies(aws.iam, namedPolicies(desired));
    const observed = await observeServiceAccount(desired, cluster, { aws, kubernetes, policies });
    expect(kindsOf(planServiceAccount(desired, observed))).toEqual(["create-role", "attach-policy"]);
    expect(kindsOf(await planIn(world, desired))).toEqual(["create-role", "attach-policy"]);
  });

  it.each<readonly [string, Readonly<Record<string, string>>, readonly unknown[]]>([
    ["without a role", { note: "x" }, []],
    ["with a role", { [ROLE_ANNOTATION]: LEGACY }, [["annotated", LEGACY]]],
  ])(
    "that is not irsa's is left alone, and the refusal says with which role: %s",
    async (_which, annotations, facts) => {
      const world = aWorld().withProvider().withServiceAccount(PATH, { annotations });
      world.withRole(LEGACY, { trust: world.trustOf(aDesire()) }, { attached: [CLOUDWATCH] });
      const stop = await stopOf(planIn(world, aDesire({ labels: { a: "b" } })));
      expect(stop.code).toBe("account-exists");
      expect(stop.detail.facts).toEqual(facts);
    },
  );
});

it("a role that only its tags and trust policy lead to is given nothing, and is said to be irsa's", async () => {
  const world = await settled(aDesire({ role: managed({ name: aRoleName("mine") }) }));
  world.api.serviceAccounts.delete(PATH);
  const desired = aDesire({ roleOnly: true, role: managed({ policies: [CLOUDWATCH, S3_READ] }) });
  const stop = await stopOf(planIn(world, desired));
  expect(stop.code).toBe("role-unnamed");
  expect(stop.message).toMatch(/^irsa already created /);
  expect(stop.detail.flags).toEqual(["--role-name", roleRef(ownRole("mine")).name]);
});

it("a role that is created says for which ServiceAccount of which cluster, within the length that IAM takes", async () => {
  const [namespace, name, cluster] = ["n".repeat(63), "a".repeat(253), "c".repeat(100)];
  const world = aWorld(
    aCluster({ arn: `arn:aws:eks:eu-west-1:111122223333:cluster/${cluster}` }),
  ).withProvider();
  const desired = aDesire({ serviceAccount: aServiceAccount(`${namespace}/${name}`) });
  const { description } = changeOf(await planIn(world, desired), "create-role");
  expect(description).toContain(`${namespace}/${name}`);
  expect(description).toContain(cluster);
  expect(description.length).toBeLessThanOrEqual(1000);
});
