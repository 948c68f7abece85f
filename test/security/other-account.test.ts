import { expect } from "vitest";
import type { RoleArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import { aDesire, aServiceAccount, CLOUDWATCH, S3_READ } from "../fakes/values.ts";
import { aWorld, SECOND_ACCOUNT, SECOND_PROFILE, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const AGENT = "amazon-cloudwatch/cloudwatch-agent";
const CREATE = `create-sa ${AGENT} --cluster eks-work-cluster --pod-identity --target-profile ${SECOND_PROFILE}`;
const REPAIR = `${CREATE} --policy-arn ${CLOUDWATCH},${S3_READ} --approve`;
const EVIL = "arn:aws:iam::666677778888:role/evil";

async function settled(): Promise<World> {
  const world = aWorld();
  await runWell(world, `${CREATE} --policy-arn ${CLOUDWATCH} --approve`);
  return world;
}

const targetOf = (world: World) =>
  world.roleOf(aDesire()).replace(world.cluster.awsAccount, SECOND_ACCOUNT) as RoleArn;

/** The target role's trust policy with irsa's statement for another principal, in its place or beside it. */
function trustAlso(world: World, principal: string, isBeside: boolean): void {
  world.editRole(targetOf(world), ({ role }) => {
    const [ours] = listOf(role.trust.Statement);
    if (ours === undefined) throw new Error("no statement");
    const theirs = { ...ours, Principal: { AWS: principal } };
    return { role: { ...role, trust: trustPolicy(isBeside ? [ours, theirs] : [theirs]) } };
  });
}

attack(
  "other IAM user",
  "a statement of irsa's shape lets a role of theirs share what a target role is given",
  {
    attack: async () => {
      const world = await settled();
      trustAlso(world, EVIL, true);
      const { failure } = await runIn(world, REPAIR);
      expect(failure).toMatchObject({ code: "role-shared" });
      expect(world.role(targetOf(world)).attached).toEqual([CLOUDWATCH]);
    },
    twin: async () => {
      const world = await settled();
      trustAlso(world, "AROAEXAMPLEEXAMPLEEXA", false);
      await runWell(world, REPAIR);
      const { attached, role } = world.role(targetOf(world));
      expect(attached.toSorted()).toEqual([CLOUDWATCH, S3_READ].toSorted());
      expect(listOf(role.trust.Statement)).toMatchObject([{ Principal: { AWS: world.roleOf(aDesire()) } }]);
    },
  },
);

attack(
  "owner of another AWS account",
  "the association names a target role of theirs, which is then given policies",
  {
    attack: async () => {
      const world = await settled();
      world.associationFacts.set(AGENT, { ...world.associationFacts.get(AGENT), targetRoleArn: EVIL });
      await runWell(world, REPAIR);
      expect(world.association(AGENT)?.targetRoleArn).toBe(targetOf(world));
      const [statement] = listOf(world.role(world.roleOf(aDesire())).inline["irsa"]?.Statement ?? []);
      expect(statement?.Resource).toBe(targetOf(world));
    },
    twin: async () => {
      const world = await settled();
      await runWell(world, REPAIR);
      expect(world.association(AGENT)?.targetRoleArn).toBe(targetOf(world));
    },
  },
);

attack("other IAM user", "ownership tags on a role of the second AWS account have delete-sa delete it", {
  attack: async () => {
    const world = await settled();
    const theirs = `arn:aws:iam::${SECOND_ACCOUNT}:role/theirs` as RoleArn;
    world.withRole(theirs, { tags: world.ownershipTagsOf(aDesire()) });
    world.associationFacts.set(AGENT, { ...world.associationFacts.get(AGENT), targetRoleArn: theirs });
    await runIn(
      world,
      `delete-sa ${AGENT} --cluster eks-work-cluster --target-profile ${SECOND_PROFILE} --approve`,
    );
    expect(world.role(theirs).role.arn).toBe(theirs);
  },
  twin: async () => {
    const world = await settled();
    await runWell(
      world,
      `delete-sa ${AGENT} --cluster eks-work-cluster --target-profile ${SECOND_PROFILE} --approve`,
    );
    expect(() => world.role(targetOf(world))).toThrow("no role");
    expect(() => world.role(world.roleOf(aDesire()))).toThrow("no role");
  },
});

/** A ServiceAccount annotated with a role of the second AWS account, and the tags that this one has. */
function annotatedThere(tagged: string): World {
  const world = aWorld().withProvider();
  const role = `arn:aws:iam::${SECOND_ACCOUNT}:role/break-glass` as RoleArn;
  const tags = world.ownershipTagsOf({ serviceAccount: aServiceAccount(tagged) });
  world.withRole(role, { tags });
  return world.withServiceAccount("tenant/evil", { annotations: { [ROLE_ANNOTATION]: role } });
}

const VERIFY = `verify tenant/evil --cluster eks-work-cluster --role-profile ${SECOND_PROFILE}`;

attack(
  "cluster tenant",
  "C1: annotate a role of the second AWS account, so that verify --fix --role-profile opens it",
  {
    attack: async () => {
      const world = annotatedThere("tenant/evil");
      const before = world.snapshot();
      const { heard } = await runIn(world, `${VERIFY} --fix --approve`);
      expect(world.snapshot()).toEqual(before);
      // What is printed to add the trust has a plan of its own.
      expect(heard.out.join("\n")).not.toMatch(/--add-trust.*--approve|--approve.*--add-trust/);
    },
    twin: async () => {
      const { heard } = await runIn(annotatedThere("shop/other"), VERIFY);
      expect(heard.out.join("\n")).toMatch(
        new RegExp(`create-sa .*role/break-glass .*--add-trust .*--role-profile ${SECOND_PROFILE}`),
      );
    },
  },
);
