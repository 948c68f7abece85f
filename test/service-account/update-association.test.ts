import { describe, expect, it } from "vitest";
import type { RoleArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { fromOperator } from "../../src/model/source.ts";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import type { AssociationAsk, DesiredUpdate } from "../../src/service-account/update/desired.ts";
import { aDesire, awsPolicy, CLOUDWATCH, existing, INLINE, MORE, ownRole, S3_READ } from "../fakes/values.ts";
import { applyAll, bringAbout, changeOf, kindsOf, stopOf, updateIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const AGENT = "amazon-cloudwatch/cloudwatch-agent";
const TARGET = fromOperator("arn:aws:iam::444455556666:role/data" as RoleArn);
const OTHER = fromOperator("arn:aws:iam::444455556666:role/other" as RoleArn);
const POLICY = fromOperator(JSON.stringify(INLINE));
const YES = fromOperator(true as const);
const byAssociation = aDesire({ podIdentity: { withoutSessionTags: false } });
const everything = aDesire({
  podIdentity: { withoutSessionTags: true, targetRole: TARGET, sessionPolicy: POLICY },
});

async function settled(desired = byAssociation): Promise<World> {
  const world = aWorld();
  await bringAbout(world, desired);
  world.log.clear();
  return world;
}

/** What of the association, and of the role's trust policy, an update changes. */
const updated = async (world: World, association: AssociationAsk, more: Partial<DesiredUpdate> = {}) => {
  const plan = await updateIn(world, { ...more, association });
  await applyAll(world, plan.changes);
  expect((await updateIn(world, { ...more, association })).changes).toEqual([]);
  return plan;
};

const trustOf = (world: World, withoutSessionTags: boolean) =>
  trustPolicy([
    podIdentityStatement(
      podIdentityGrantFor(world.cluster, byAssociation.serviceAccount, withoutSessionTags),
    ),
  ]);

describe("what is named of the association changes, and nothing else", () => {
  const FULL = { targetRoleArn: TARGET, policy: POLICY, withoutSessionTags: true };
  const without = (...names: readonly (keyof typeof FULL)[]): Partial<PodIdentityAssociation> =>
    Object.fromEntries(Object.entries(FULL).filter(([name]) => !names.some((one) => one === name)));

  it.each<readonly [string, AssociationAsk, object]>([
    ["another target role", { targetRole: { set: OTHER } }, { ...FULL, targetRoleArn: OTHER }],
    ["no target role", { targetRole: { remove: YES } }, without("targetRoleArn")],
    [
      "another session policy",
      { sessionPolicy: { set: fromOperator(JSON.stringify(MORE)) } },
      { ...FULL, policy: JSON.stringify(MORE) },
    ],
    ["no session policy", { sessionPolicy: { remove: YES } }, without("policy")],
    [
      "nothing of all that",
      { targetRole: { remove: YES }, sessionPolicy: { remove: YES }, withoutSessionTags: false },
      { withoutSessionTags: false },
    ],
  ])("%s", async (_, asked, expected) => {
    const world = await settled(everything);
    const before = world.association(AGENT);
    const serviceAccount = world.serviceAccount();
    await updated(world, asked);
    const { id, arn, tags, roleArn } = before ?? {};
    const rest = { serviceAccount: byAssociation.serviceAccount, id, arn, tags, roleArn };
    expect(world.association(AGENT)).toEqual({ ...rest, ...expected });
    expect(world.serviceAccount()).toEqual(serviceAccount);
  });

  it.each<readonly [string, AssociationAsk]>([
    ["the target role that it has", { targetRole: { set: TARGET } }],
    ["disabled session tags", { withoutSessionTags: true }],
    [
      "a session policy that says the same",
      { sessionPolicy: { set: fromOperator(JSON.stringify(INLINE, null, 2)) } },
    ],
  ])("nothing, where it has it: %s", async (_, asked) => {
    const world = await settled(everything);
    expect(await updateIn(world, { association: asked })).toMatchObject({ changes: [], notes: [] });
  });

  it.each<readonly [string, AssociationAsk]>([
    ["no target role", { targetRole: { remove: YES } }],
    ["no session policy", { sessionPolicy: { remove: YES } }],
    ["session tags", { withoutSessionTags: false }],
  ])("nothing, where it has nothing: %s", async (_, asked) => {
    const world = await settled();
    expect(await updateIn(world, { association: asked })).toMatchObject({ changes: [], notes: [] });
  });

  it("beside the role's policies, which are one plan", async () => {
    const world = await settled();
    const plan = await updated(
      world,
      { targetRole: { set: TARGET } },
      { policies: { kind: "some", add: [S3_READ], remove: [CLOUDWATCH] } },
    );
    expect(kindsOf(plan)).toContain("attach-policy");
    expect(kindsOf(plan)).toContain("update-pod-identity");
    expect(world.association(AGENT)).toMatchObject({ targetRoleArn: TARGET });
  });

  it("says that the agent keeps credentials, for how long, and what restarts pods", async () => {
    const note = async (world: World) =>
      (await updateIn(world, { association: { targetRole: { set: OTHER } } })).notes.find(
        ({ code }) => code === "credentials-cached",
      );
    expect(await note(await settled())).toMatchObject({
      message: expect.stringContaining("6 hours") as unknown,
      command: [
        "irsa",
        "stale-pods",
        "--cluster",
        "eks-work-cluster",
        "-n",
        "amazon-cloudwatch",
        "--restart",
      ],
    });
    expect(await note(await settled(everything))).toMatchObject({
      message: expect.stringContaining("59 minutes") as unknown,
    });
  });

  it("says that a target role's permissions are not checked, unless administrators are allowed", async () => {
    const world = await settled();
    const ask = { association: { targetRole: { set: TARGET } } };
    const codes = async (more: Partial<DesiredUpdate>) =>
      (await updateIn(world, { ...ask, ...more })).notes.map(({ code }) => code);
    expect(await codes({})).toContain("target-role-unchecked");
    expect(await codes({ allowAdministrator: true })).not.toContain("target-role-unchecked");
  });
});

it("judges the trust policy of the target role that the association is to have, and only if the update is about it", async () => {
  const world = await settled();
  const NEAR = fromOperator(ownRole("near"));
  const first = world.roleOf(byAssociation);
  const allow = (Action: string[]) => ({ Effect: "Allow", Principal: { AWS: first }, Action }) as const;
  world.withRole(NEAR, { trust: { Statement: [allow(["sts:AssumeRole"])] } });
  const codes = async (association: DesiredUpdate["association"] & object) =>
    (await updateIn(world, { association })).notes
      .map(({ code }) => code)
      .filter((code) => /^target-role-(refuses|missing|conditional|unread)$/.test(code));
  expect(await codes({ targetRole: { set: NEAR } })).toEqual(["target-role-refuses"]);
  expect(await codes({ targetRole: { set: NEAR }, withoutSessionTags: true })).toEqual([]);
  expect(await codes({ withoutSessionTags: true })).toEqual([]);
  await updated(world, { targetRole: { set: NEAR }, withoutSessionTags: true });
  // With session tags again, EKS also needs sts:TagSession on the target role that stays.
  expect(await codes({ withoutSessionTags: false })).toEqual(["target-role-refuses"]);
});

describe("session tags and the role's trust policy", () => {
  it("are disabled once the trust policy does without them", async () => {
    const world = await settled();
    const plan = await updated(world, { withoutSessionTags: true });
    expect(kindsOf(plan)).toEqual(["edit-role", "update-pod-identity"]);
    expect(plan.notes).toContainEqual(expect.objectContaining({ code: "trust-wider" }));
    expect(world.role(world.roleOf(byAssociation)).role.trust).toEqual(trustOf(world, true));
  });

  it("are enabled before the trust policy asks for them", async () => {
    const world = await settled(aDesire({ podIdentity: { withoutSessionTags: true } }));
    const plan = await updated(world, { withoutSessionTags: false });
    expect(kindsOf(plan)).toEqual(["update-pod-identity", "edit-role"]);
    expect(world.role(world.roleOf(byAssociation)).role.trust).toEqual(trustOf(world, false));
    expect(plan.notes).toContainEqual(expect.objectContaining({ code: "trust-narrower" }));
  });

  it("narrow the trust policy in a second run, if the first was interrupted between", async () => {
    const world = await settled(aDesire({ podIdentity: { withoutSessionTags: true } }));
    world.withAssociation(AGENT, world.roleOf(byAssociation), {
      tags: world.association(AGENT)?.tags ?? {},
      withoutSessionTags: false,
    });
    const plan = await updated(world, { withoutSessionTags: false });
    expect(kindsOf(plan)).toEqual(["edit-role"]);
  });

  it("leave alone what somebody else's statement allows anyway", async () => {
    const world = await settled();
    const role = world.roleOf(byAssociation);
    const broad = trustPolicy([
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ]);
    world.editRole(role, (found) => ({ role: { ...found.role, trust: broad } }));
    expect(kindsOf(await updated(world, { withoutSessionTags: true }))).toEqual(["update-pod-identity"]);
    expect(kindsOf(await updated(world, { withoutSessionTags: false }))).toEqual(["update-pod-identity"]);
    expect(world.role(role).role.trust).toEqual(broad);
  });

  it("are required to be disabled by a session policy, and the other way round", async () => {
    expect(
      await stopOf(updateIn(await settled(), { association: { sessionPolicy: { set: POLICY } } })),
    ).toMatchObject({ code: "session-policy-tags", detail: { flags: ["--disable-session-tags"] } });
    expect(
      await stopOf(updateIn(await settled(everything), { association: { withoutSessionTags: false } })),
    ).toMatchObject({ code: "session-policy-tags", detail: { flags: ["--remove-session-policy"] } });
  });

  it("change no trust policy of a role that the operator only named", async () => {
    const world = aWorld().withRole(ownRole("theirs"));
    await bringAbout(world, aDesire({ ...byAssociation, role: existing(ownRole("theirs")), addTrust: true }));
    const ask = { roleName: "theirs", association: { withoutSessionTags: true } };
    expect(await stopOf(updateIn(world, ask))).toMatchObject({ code: "trust-refuses" });
  });
});

describe("an association is changed only if it is irsa's", () => {
  const withAssociation = (facts: Partial<PodIdentityAssociation> = {}) =>
    aWorld()
      .withRole(ownRole("theirs"))
      .withServiceAccount(AGENT)
      .withAssociation(AGENT, ownRole("theirs"), facts);
  const target = { association: { targetRole: { set: TARGET } } };

  it.each<readonly [string, () => World, object]>([
    [
      "where there is none",
      () => aWorld().withServiceAccount(AGENT),
      {
        code: "no-association",
        detail: { command: expect.arrayContaining(["create-sa", "--pod-identity", "ARN"]) as unknown },
      },
    ],
    [
      "one of others, which adopt takes over",
      () => withAssociation(),
      {
        code: "foreign-association",
        detail: {
          command: ["irsa", "adopt", AGENT, "--cluster", "eks-work-cluster", "--approve"],
        },
      },
    ],
    [
      "one with irsa's tags, which its role does not confirm",
      () => withAssociation({ tags: aWorld().ownershipTagsOf(byAssociation) }),
      { code: "foreign-association", detail: { flags: ["--role-name", "theirs"] } },
    ],
    [
      "an add-on's",
      () => withAssociation({ ownerArn: "arn:aws:eks:eu-west-1:111122223333:addon/c/vpc-cni/1" }),
      { code: "association-owned" },
    ],
    [
      "one whose role is gone",
      () => aWorld().withServiceAccount(AGENT).withAssociation(AGENT, ownRole("gone")),
      { code: "no-role" },
    ],
  ])("not %s", async (_, world, expected) => {
    expect(await stopOf(updateIn(world(), target))).toMatchObject(expected);
  });

  it("not where it can't be read", async () => {
    const world = await settled();
    world.log.deny("eks.describePodIdentities");
    expect(await stopOf(updateIn(world, target))).toMatchObject({ code: "access-denied" });
  });

  it("where its tags say so, and the operator named its role", async () => {
    const world = withAssociation({ tags: aWorld().ownershipTagsOf(byAssociation) });
    const plan = await updated(world, target.association, { roleName: "theirs" });
    expect(kindsOf(plan)).toEqual(["update-pod-identity"]);
    expect(await stopOf(updateIn(withAssociation(), { ...target, roleName: "theirs" }))).toMatchObject({
      code: "foreign-association",
    });
  });

  it("not by the name of another role", async () => {
    const world = await settled();
    world.withRole(ownRole("other"));
    expect(await stopOf(updateIn(world, { ...target, roleName: "other" }))).toMatchObject({
      code: "no-role",
    });
  });
});

describe("pods get no administrator's role that they were kept from", () => {
  const ADMINISTRATOR = awsPolicy("AdministratorAccess");
  const ANYTHING = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  } as const;

  /** The association limits what the role allows. */
  async function limited(how: "policy" | "inline", desired = everything): Promise<World> {
    const world = await settled(desired);
    world.editRole(world.roleOf(desired), ({ attached, inline }) =>
      how === "policy"
        ? { attached: [...attached, ADMINISTRATOR] }
        : { inline: { ...inline, all: ANYTHING } },
    );
    return world;
  }

  it.each(["policy", "inline"] as const)("with its %s, unless that is allowed", async (how) => {
    const world = await limited(how);
    const both = { targetRole: { remove: YES }, sessionPolicy: { remove: YES } } as const;
    expect(await stopOf(updateIn(world, { association: both }))).toMatchObject({
      code: "administrator-policy",
    });
    const wide = {
      targetRole: { remove: YES },
      sessionPolicy: { set: fromOperator(JSON.stringify(ANYTHING)) },
    } as const;
    expect(await stopOf(updateIn(world, { association: wide }))).toMatchObject({
      code: "administrator-policy",
    });
    await updated(world, both, { allowAdministrator: true });
  });

  it("one limit of two is enough", async () => {
    await updated(await limited("policy"), { targetRole: { remove: YES } });
    await updated(await limited("policy"), { sessionPolicy: { remove: YES } });
  });

  it("but keep the one that they have", async () => {
    const world = await limited("policy", byAssociation);
    await updated(world, { targetRole: { set: TARGET } });
  });
});

describe("the role of a ServiceAccount with both ways is the association's", () => {
  const more = { policies: { kind: "some", add: [S3_READ], remove: [] } } as const;

  it("whatever role the annotation has", async () => {
    const world = await settled();
    world.withRole(ownRole("old"));
    world.editServiceAccount(AGENT, ({ annotations }) => ({
      annotations: { ...annotations, [ROLE_ANNOTATION]: ownRole("old") },
    }));
    expect(changeOf(await updateIn(world, more), "attach-policy")).toMatchObject({
      role: world.roleOf(byAssociation),
    });
    await updated(world, { targetRole: { set: TARGET } });
  });

  it("also where the annotation has irsa's, and the association another: it stops, and names both", async () => {
    const world = aWorld().withProvider().withRole(ownRole("theirs"));
    await bringAbout(world, aDesire());
    world.withAssociation(AGENT, ownRole("theirs"));
    const stop = await stopOf(updateIn(world, more));
    expect(stop).toMatchObject({
      code: "associated-other",
      detail: {
        facts: [
          ["association's role", ownRole("theirs")],
          ["irsa's role", world.roleOf(byAssociation)],
        ],
      },
    });
    const named = { ...more, roleName: stop.detail.flags?.[1] ?? "" };
    expect(kindsOf(await updateIn(world, named))).toContain("attach-policy");
  });

  it("and irsa's by the annotation, where the association can't be read", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    world.log.deny("eks.describePodIdentities");
    expect(kindsOf(await updateIn(world, more))).toContain("attach-policy");
  });
});
