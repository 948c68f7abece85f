import { expect } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import { parseRoleArn } from "../../src/model/arn.ts";
import { fromOperator } from "../../src/model/source.ts";
import { aDesire, CLOUDWATCH, managed, ownRole, right, S3_READ } from "../fakes/values.ts";
import { aRemoval, bringAbout, kindsOf, planIn, removalIn, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const AGENT = "amazon-cloudwatch/cloudwatch-agent";
const ADMIN = ownRole("admin");
const asked = aDesire({ podIdentity: { withoutSessionTags: false } });
const { serviceAccount } = asked;
const tagsOf = (world: World) => world.ownershipTagsOf(asked);
const OPEN = trustPolicy([
  {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
  },
]);

attack("cluster tenant", "an annotation chooses the role that an association gives", {
  attack: async () => {
    const world = aWorld()
      .withRole(ADMIN, { trust: OPEN })
      .withServiceAccount(AGENT, { annotations: { [ROLE_ANNOTATION]: ADMIN } });
    await bringAbout(world, asked);
    expect(world.association(AGENT)?.roleArn).toBe(world.roleOf(asked));
  },
  twin: async () => {
    const world = aWorld().withServiceAccount(AGENT);
    await bringAbout(world, asked);
    expect(world.association(AGENT)?.roleArn).toBe(world.roleOf(asked));
  },
});

attack("other IAM user", "an association without session tags widens the trust policy that irsa writes", {
  attack: async () => {
    const world = aWorld();
    await bringAbout(world, asked);
    edit(world, { withoutSessionTags: true });
    world.editRole(world.roleOf(asked), ({ role }) => ({ role: { ...role, trust: trustPolicy([]) } }));
    expect(await stopOf(planIn(world, asked))).toMatchObject({ code: "session-tags-disabled" });
  },
  twin: async () => {
    const world = aWorld();
    await bringAbout(world, asked);
    await bringAbout(world, aDesire({ podIdentity: { withoutSessionTags: true } }));
    expect(world.role(world.roleOf(asked)).role.trust).toEqual(
      trustPolicy([podIdentityStatement(podIdentityGrantFor(world.cluster, serviceAccount, true))]),
    );
  },
});

attack("other IAM user", "forged tags on an association have it changed or deleted", {
  attack: async () => {
    const world = aWorld().withRole(ownRole("theirs"));
    world.withAssociation(AGENT, ownRole("theirs"), { tags: tagsOf(world) });
    const mine = aDesire({ ...asked, role: managed({ name: "mine" as never }) });
    expect(await stopOf(planIn(world, mine))).toMatchObject({ code: "association-exists" });
    const removal = await removalIn(world, aRemoval({ serviceAccount }));
    expect(kindsOf(removal)).not.toContain("delete-pod-identity");
    expect(removal.notes).toContainEqual(expect.objectContaining({ code: "association-stays" }));
  },
  twin: async () => {
    const world = aWorld();
    await bringAbout(world, asked);
    expect(kindsOf(await removalIn(world, aRemoval({ serviceAccount })))).toEqual([
      "delete-pod-identity",
      "delete-service-account",
      "detach-policy",
      "delete-role",
    ]);
  },
});

attack("other IAM user", "a role that any association may have, with forged tags, is given policies", {
  attack: async () => {
    const world = aWorld().withRole(
      ownRole("shared"),
      { trust: OPEN, tags: tagsOf(aWorld()) },
      { attached: [CLOUDWATCH] },
    );
    world.withAssociation(AGENT, ownRole("shared"));
    const more = aDesire({ ...asked, role: managed({ policies: [CLOUDWATCH, S3_READ] }) });
    expect(["role-shared", "role-lacks"]).toContain((await stopOf(planIn(world, more))).code);
    // Even where the name is the one that irsa computes.
    const named = aWorld().withRole(aWorld().roleOf(asked), { trust: OPEN, tags: tagsOf(aWorld()) });
    expect(await stopOf(planIn(named, more))).toMatchObject({ code: "role-shared" });
  },
  twin: async () => {
    const world = aWorld();
    await bringAbout(world, asked);
    const more = aDesire({ ...asked, role: managed({ policies: [CLOUDWATCH, S3_READ] }) });
    expect(kindsOf(await planIn(world, more))).toContain("attach-policy");
  },
});

attack("other IAM user", "a target role that someone put into an association is asked for by irsa", {
  attack: async () => {
    const world = aWorld();
    await bringAbout(world, asked);
    edit(world, { targetRoleArn: ADMIN });
    world.iam.roles.clear();
    world.associations.delete(AGENT);
    await bringAbout(world, asked);
    expect(world.association(AGENT)?.targetRoleArn).toBeUndefined();
    edit(world, { targetRoleArn: ADMIN });
    const plan = await planIn(world, asked);
    expect(plan.changes).toEqual([]);
    expect(plan.notes).toMatchObject([{ level: "warning", code: "association-beyond" }]);
  },
  twin: async () => {
    const world = aWorld();
    await bringAbout(
      world,
      aDesire({ podIdentity: { withoutSessionTags: false, targetRole: ADMIN as never } }),
    );
    expect(world.association(AGENT)?.targetRoleArn).toBe(ADMIN);
  },
});

attack(
  "owner of another AWS account",
  "administrator access by a target role, unseen by whoever approves the plan",
  {
    attack: async () => {
      for (const world of [aWorld(), await existing()]) {
        const plan = await planIn(world, targeting());
        expect(plan.notes).toContainEqual(
          expect.objectContaining({
            level: "warning",
            code: "target-role-unchecked",
            message: expect.stringContaining(THEIRS) as string,
          }),
        );
      }
    },
    twin: async () => {
      const world = aWorld();
      await bringAbout(world, targeting());
      expect(world.association(AGENT)?.targetRoleArn).toBe(THEIRS);
      expect((await planIn(world, targeting())).notes).toEqual([]);
      const meant = await planIn(aWorld(), targeting({ allowAdministrator: true }));
      expect(meant.notes).toEqual([]);
    },
  },
);

const THEIRS = fromOperator(right(parseRoleArn("arn:aws:iam::999988887777:role/theirs")));

function targeting(changes: Parameters<typeof aDesire>[0] = {}) {
  return aDesire({ podIdentity: { withoutSessionTags: false, targetRole: THEIRS }, ...changes });
}

async function existing(): Promise<World> {
  const world = aWorld();
  await bringAbout(world, asked);
  return world;
}

function edit(world: World, changes: Partial<PodIdentityAssociation>): void {
  const found = world.association(AGENT);
  if (found === undefined) throw new Error("no association");
  world.withAssociation(AGENT, found.roleArn, { ...found, ...changes });
}
