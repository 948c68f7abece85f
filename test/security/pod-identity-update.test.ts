import { expect } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { fromOperator } from "../../src/model/source.ts";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import { aDesire, awsPolicy, INLINE, ownRole, S3_READ } from "../fakes/values.ts";
import { bringAbout, changeOf, kindsOf, stopOf, updateIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const AGENT = "amazon-cloudwatch/cloudwatch-agent";
const asked = aDesire({ podIdentity: { withoutSessionTags: false } });
const limited = aDesire({
  podIdentity: { withoutSessionTags: true, sessionPolicy: fromOperator(JSON.stringify(INLINE)) },
});
const UNLIMITED = { association: { sessionPolicy: { remove: fromOperator(true as const) } } };
const WITH_TAGS = { association: { withoutSessionTags: false } };
const WITHOUT_TAGS = { association: { withoutSessionTags: true } };
const MORE = { policies: { kind: "some", add: [S3_READ], remove: [] } } as const;

async function settled(desired = asked): Promise<World> {
  const world = aWorld();
  await bringAbout(world, desired);
  return world;
}

const edit = (world: World, facts: Partial<PodIdentityAssociation>): void => {
  const { tags = {}, withoutSessionTags = false } = world.association(AGENT) ?? {};
  world.withAssociation(AGENT, world.association(AGENT)?.roleArn ?? "", {
    tags,
    withoutSessionTags,
    ...facts,
  });
};

attack("other IAM user", "forged tags on an association have update-sa change it", {
  attack: async () => {
    const world = aWorld().withRole(ownRole("theirs")).withServiceAccount(AGENT);
    world.withAssociation(AGENT, ownRole("theirs"), { tags: world.ownershipTagsOf(asked) });
    expect(await stopOf(updateIn(world, WITHOUT_TAGS))).toMatchObject({ code: "foreign-association" });
    // Nor does a second role of irsa's for the ServiceAccount confirm the tags.
    world.withRole(world.roleOf(asked), {
      tags: world.ownershipTagsOf(asked),
      trust: trustPolicy([podIdentityStatement(podIdentityGrantFor(world.cluster, asked.serviceAccount))]),
    });
    expect(await stopOf(updateIn(world, WITHOUT_TAGS))).toMatchObject({ code: "associated-other" });
  },
  twin: async () => {
    expect(kindsOf(await updateIn(await settled(), WITHOUT_TAGS))).toContain("update-pod-identity");
  },
});

attack("other IAM user", "an association without session tags has update-sa write a wider trust policy", {
  attack: async () => {
    const world = await settled();
    edit(world, { withoutSessionTags: true });
    // What the operator asks for has nothing to do with it.
    expect(changeOf(await updateIn(world, { setTags: { team: "a" } }), "edit-role").trust).toBeUndefined();
    const target = { set: fromOperator(ownRole("target")) };
    expect(kindsOf(await updateIn(world, { association: { targetRole: target } }))).toEqual([
      "update-pod-identity",
    ]);
    expect(kindsOf(await updateIn(world, WITH_TAGS))).toEqual(["update-pod-identity"]);
  },
  twin: async () => {
    const plan = await updateIn(await settled(), WITHOUT_TAGS);
    expect(changeOf(plan, "edit-role").trust?.after.Statement).toEqual([
      podIdentityStatement(podIdentityGrantFor(aWorld().cluster, asked.serviceAccount, true)),
    ]);
  },
});

attack("other IAM user", "a role that got administrator access is reached once a session policy is removed", {
  attack: async () => {
    const world = await settled(limited);
    world.editRole(world.roleOf(limited), ({ attached }) => ({
      attached: [...attached, awsPolicy("AdministratorAccess")],
    }));
    expect(await stopOf(updateIn(world, UNLIMITED))).toMatchObject({ code: "administrator-policy" });
  },
  twin: async () => {
    expect(kindsOf(await updateIn(await settled(limited), UNLIMITED))).toEqual(["update-pod-identity"]);
  },
});

attack("cluster tenant", "an annotation chooses the role that update-sa gives permissions", {
  attack: async () => {
    const world = (await settled()).withRole(ownRole("admin"));
    world.editServiceAccount(AGENT, ({ annotations }) => ({
      annotations: { ...annotations, [ROLE_ANNOTATION]: ownRole("admin") },
    }));
    expect(changeOf(await updateIn(world, MORE), "attach-policy").role).toBe(world.roleOf(asked));
  },
  twin: async () => {
    const world = await settled();
    expect(changeOf(await updateIn(world, MORE), "attach-policy").role).toBe(world.roleOf(asked));
  },
});
