import { describe, expect, it } from "vitest";
import type { Change } from "../../src/model/change.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { attachedTag, inlineHash, ORIGIN_ANNOTATION, TAG } from "../../src/model/ownership-tags.ts";
import type { RoleName } from "../../src/model/role-name.ts";
import { fromOperator } from "../../src/model/source.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { evaluateGrant, podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { DesiredAdoption } from "../../src/service-account/adopt/observe.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import {
  CART,
  OPEN_TO_PODS,
  withEksctlAssociation,
  withEksctlServiceAccount,
} from "../fakes/eksctl-account.ts";
import {
  aCluster,
  aDesire,
  aServiceAccount,
  CLOUDWATCH,
  managed,
  ownRole,
  S3_READ,
} from "../fakes/values.ts";
import {
  adoptionIn,
  applyAll,
  aRemoval,
  bringAbout,
  kindsOf,
  planIn,
  removalIn,
  stopOf,
  textOf,
  updateIn,
} from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const CART_REF = aServiceAccount(CART);
const BY_HAND = ownRole("by-hand");
const NAMED = { roleName: fromOperator("by-hand" as RoleName) };
const RESTRICTED = { restrictTrust: true } as const;
const asked = aDesire({ serviceAccount: CART_REF, podIdentity: { withoutSessionTags: false } });

const grantOf = (world: World, withoutSessionTags = false) =>
  podIdentityGrantFor(world.cluster, CART_REF, withoutSessionTags);
const pinOf = (world: World): Statement => podIdentityStatement(grantOf(world));

async function adoptIn(
  world: World,
  more: Partial<DesiredAdoption> = {},
  releaseStack = false,
): Promise<readonly Change[]> {
  const { changes } = await adoptionIn(world, CART, releaseStack, more);
  await applyAll(world, changes);
  return changes;
}

/** An association and a role that a hand or Terraform has made. */
function byHand(statements: readonly Statement[] = [OPEN_TO_PODS]): World {
  return aWorld()
    .withRole(BY_HAND, { trust: trustPolicy(statements) }, { attached: [CLOUDWATCH] })
    .withServiceAccount(CART)
    .withAssociation(CART, BY_HAND);
}

describe("adopting a Pod Identity association", () => {
  it("tags role, association and ServiceAccount, adds irsa's statement, and touches nothing else", async () => {
    const world = aWorld();
    const arn = withEksctlAssociation(world, CART, { attached: [CLOUDWATCH, S3_READ] });
    const [role, association] = [world.role(arn), world.association(CART)];
    await adoptIn(world);
    const tags = {
      [TAG.managedBy]: "irsa",
      [TAG.origin]: "adopted",
      [TAG.clusterArn]: world.cluster.arn,
      [TAG.namespace]: "shop",
      [TAG.serviceAccount]: "cart",
    };
    const recorded = {
      [TAG.attached]: attachedTag([CLOUDWATCH, S3_READ]),
      [TAG.inline]: Object.keys(role.inline).map(inlineHash).toSorted().join(" "),
    };
    expect(world.role(arn)).toEqual({
      ...role,
      role: {
        ...role.role,
        trust: trustPolicy([OPEN_TO_PODS, pinOf(world)]),
        tags: { ...role.role.tags, ...tags, ...recorded },
      },
    });
    expect(world.association(CART)).toEqual({ ...association, tags: { ...association?.tags, ...tags } });
    expect(world.serviceAccount(CART).annotations).toEqual({ [ORIGIN_ANNOTATION]: "adopted" });
    expect((await adoptionIn(world, CART)).changes).toEqual([]);
  });

  it("keeps the open statement with a warning, and removes it in the same write where that is asked for", async () => {
    const world = aWorld();
    const arn = withEksctlAssociation(world);
    const plan = await adoptionIn(world, CART);
    expect(plan.notes.map(({ code }) => code)).toEqual(["trust-open", "stack-stays"]);
    const restricted = await adoptionIn(world, CART, false, RESTRICTED);
    expect(restricted.notes.map(({ code }) => code)).toEqual(["trust-narrower", "stack-stays"]);
    await applyAll(world, restricted.changes);
    expect(world.role(arn).role.trust).toEqual(trustPolicy([pinOf(world)]));
    expect(world.log.writes.filter((name) => name === "iam.setTrust")).toHaveLength(1);
    const again = await adoptionIn(world, CART, false, RESTRICTED);
    expect([again.changes, again.notes]).toEqual([[], []]);
  });

  it("restricts the trust policy of what was adopted before, too", async () => {
    const world = aWorld();
    const arn = withEksctlAssociation(world);
    await adoptIn(world);
    expect((await adoptIn(world, RESTRICTED)).map(({ kind }) => kind)).toEqual(["edit-role"]);
    expect(world.role(arn).role.trust).toEqual(trustPolicy([pinOf(world)]));
  });

  it("works before the ServiceAccount exists, and leaves one that Helm manages", async () => {
    const world = aWorld();
    withEksctlAssociation(world);
    world.editServiceAccount(CART, () => ({ annotations: { "meta.helm.sh/release-name": "cart" } }));
    expect(kindsOf(await adoptionIn(world, CART))).toEqual(["edit-role", "update-pod-identity"]);
    world.api.serviceAccounts.delete(CART);
    expect(kindsOf(await adoptionIn(world, CART))).toEqual(["edit-role", "update-pod-identity"]);
  });

  it("takes the association's role where the annotation names another one, and says so", async () => {
    const world = aWorld().withProvider();
    const annotated = withEksctlServiceAccount(world);
    const arn = withEksctlAssociation(world);
    world.editServiceAccount(CART, () => ({ annotations: { [ROLE_ANNOTATION]: annotated } }));
    const plan = await adoptionIn(world, CART);
    expect(plan).toMatchObject({ role: arn, way: "pod-identity" });
    expect(plan.notes.map(({ code }) => code)).toContain("annotation-kept");
  });

  it.each<readonly [string, () => World, Partial<DesiredAdoption>]>([
    ["that the operator names", () => byHand(), NAMED],
    [
      "whose trust policy pins the cluster alone, and that the operator names",
      () => byHand([podIdentityStatement(grantOf(aWorld(), true))]),
      NAMED,
    ],
    ["whose trust policy is irsa's", () => byHand([pinOf(aWorld())]), {}],
    [
      "that session tags pin without the cluster, and that the operator names",
      () =>
        byHand([
          {
            ...OPEN_TO_PODS,
            Condition: {
              StringEquals: {
                "aws:RequestTag/kubernetes-namespace": "shop",
                "aws:RequestTag/kubernetes-service-account": "cart",
              },
            },
          },
        ]),
      NAMED,
    ],
  ])("takes a role of another maker %s", async (_, make, more) => {
    const world = make();
    await adoptIn(world, more);
    expect(world.role(BY_HAND).role.tags[TAG.origin]).toBe("adopted");
    expect(evaluateGrant(world.role(BY_HAND).role.trust, grantOf(world)).verdict).toBe("allow");
    expect((await adoptionIn(world, CART)).changes).toEqual([]);
    await adoptIn(world, RESTRICTED);
    expect(world.role(BY_HAND).role.trust).toEqual(trustPolicy([pinOf(world)]));
  });

  it("keeps both ways of a role that eksctl is migrating", async () => {
    const world = aWorld().withProvider();
    const byToken = world.trustOf({ serviceAccount: CART_REF });
    const trust = { ...byToken, Statement: [...[byToken.Statement].flat(), OPEN_TO_PODS] };
    const arn = withEksctlAssociation(world, CART, { trust, migrated: true });
    world.editServiceAccount(CART, () => ({ annotations: { [ROLE_ANNOTATION]: arn } }));
    await adoptIn(world, RESTRICTED);
    expect(world.role(arn).role.trust).toEqual({
      ...byToken,
      Statement: [...[byToken.Statement].flat(), pinOf(world)],
    });
  });

  it("needs the operator's word for an association without session tags", async () => {
    const world = aWorld();
    const arn = withEksctlAssociation(world, CART, { facts: { withoutSessionTags: true } });
    expect(await stopOf(adoptionIn(world, CART))).toMatchObject({ code: "session-tags-disabled" });
    await adoptIn(world, { withoutSessionTags: true, ...RESTRICTED });
    expect(world.role(arn).role.trust).toEqual(trustPolicy([podIdentityStatement(grantOf(world, true))]));
    expect((await adoptionIn(world, CART, false, RESTRICTED)).changes).toEqual([]);
  });
});

describe("releasing its stack", () => {
  it.each([false, true])(
    "deletes it and keeps the role (migrated from IRSA by eksctl: %s)",
    async (migrated) => {
      const world = aWorld();
      const arn = withEksctlAssociation(world, CART, { migrated });
      const before = world.role(arn);
      await adoptIn(world, RESTRICTED, true);
      expect([...world.stacks.values()].map(({ stack }) => stack.status)).toEqual(["DELETE_COMPLETE"]);
      const { role, ...rest } = world.role(arn);
      expect(rest).toEqual({ ...before, role: undefined });
      expect(role.trust).toEqual(trustPolicy([pinOf(world)]));
      expect(role.tags).not.toHaveProperty([TAG.releasing]);
      expect((await adoptionIn(world, CART, true)).changes).toEqual([]);
    },
  );

  it("refuses a stack whose tags are for another ServiceAccount", async () => {
    const world = aWorld();
    withEksctlAssociation(world, CART, {
      stack: {
        tags: {
          "alpha.eksctl.io/cluster-name": world.cluster.name,
          "alpha.eksctl.io/podidentityassociation-name": "shop/till",
        },
      },
    });
    expect(await stopOf(adoptionIn(world, CART, true))).toMatchObject({ code: "stack-foreign" });
  });

  it("keeps the trust policy while an earlier run's release is not confirmed, and restricts it after that", async () => {
    const world = aWorld();
    const arn = withEksctlAssociation(world);
    const changes = (await adoptionIn(world, CART, true)).changes;
    await applyAll(
      world,
      changes.filter(({ kind }) => kind !== "confirm-release"),
    );
    const late = await adoptionIn(world, CART, true, RESTRICTED);
    expect(kindsOf(late)).toEqual(["confirm-release"]);
    expect(late.notes.map(({ code }) => code)).toContain("trust-later");
    await applyAll(world, late.changes);
    await adoptIn(world, RESTRICTED, true);
    expect(world.role(arn).role.trust).toEqual(trustPolicy([pinOf(world)]));
  });
});

describe("after that", () => {
  it("update-sa, create-sa and delete-sa treat it as irsa's", async () => {
    const world = aWorld();
    const arn = withEksctlAssociation(world);
    await adoptIn(world, RESTRICTED);
    const policies = { kind: "some", add: [S3_READ], remove: [CLOUDWATCH] } as const;
    await applyAll(world, (await updateIn(world, { serviceAccount: CART_REF, policies })).changes);
    expect(world.role(arn).attached).toEqual([S3_READ]);
    const own = { ...asked, role: managed({ policies: [fromOperator(S3_READ)] }) };
    expect((await planIn(world, own)).changes).toEqual([]);
    const association = { targetRole: { set: fromOperator(ownRole("target")) } } as const;
    await applyAll(world, (await updateIn(world, { serviceAccount: CART_REF, association })).changes);
    expect(world.association(CART)?.targetRoleArn).toBe(ownRole("target"));
    const removal = await removalIn(world, aRemoval({ serviceAccount: CART_REF }));
    expect(removal).toMatchObject({ role: { fate: "released" }, association: { fate: "released" } });
    await applyAll(world, removal.changes);
    const tags = [
      world.role(arn).role.tags,
      world.association(CART)?.tags,
      world.serviceAccount(CART).annotations,
    ];
    expect(tags.flatMap((one) => Object.keys(one ?? {})).filter((key) => key.startsWith("irsa/"))).toEqual(
      [],
    );
  });

  it("a role that others may use by the open statement is given nothing without --allow-shared-role", async () => {
    const world = aWorld();
    withEksctlAssociation(world);
    await adoptIn(world);
    const policies = { kind: "some", add: [S3_READ], remove: [] } as const;
    const update = { serviceAccount: CART_REF, policies };
    expect(await stopOf(updateIn(world, update))).toMatchObject({ code: "role-shared" });
    await adoptIn(world, RESTRICTED);
    await applyAll(world, (await updateIn(world, update)).changes);
  });

  it("--delete-adopted-role deletes association and role", async () => {
    const world = aWorld();
    withEksctlAssociation(world);
    await adoptIn(world, RESTRICTED);
    const removal = await removalIn(world, aRemoval({ serviceAccount: CART_REF, deleteAdopted: true }));
    await applyAll(world, removal.changes);
    expect(world.association(CART)).toBeUndefined();
    expect(world.iam.roles.size).toBe(0);
  });
});

it("create-sa and update-sa name the command that adopts an association which is not irsa's", async () => {
  const world = byHand();
  const target = { targetRole: fromOperator(ownRole("target")), withoutSessionTags: false };
  const role = { kind: "existing", arn: fromOperator(BY_HAND) } as const;
  const command = ["irsa", "adopt", CART, "--cluster", "eks-work-cluster", "--approve"];
  const create = await stopOf(planIn(world, { ...asked, role, podIdentity: target }));
  expect(create).toMatchObject({ code: "association-exists", detail: { command } });
  const association = { targetRole: { set: target.targetRole } } as const;
  const update = await stopOf(updateIn(world, { serviceAccount: CART_REF, association }));
  expect(update).toMatchObject({ code: "foreign-association", detail: { command } });
});

interface Refusal {
  readonly why: string;
  readonly world: () => World;
  readonly code: string;
  readonly says: string;
  readonly more?: Partial<DesiredAdoption>;
}

const eksctls = (change: (world: World) => void = () => undefined, traits = {}): (() => World) => {
  return () => {
    const world = aWorld();
    withEksctlAssociation(world, CART, traits);
    change(world);
    return world;
  };
};

const REFUSALS: readonly Refusal[] = [
  {
    why: "an association that an add-on owns",
    world: eksctls(undefined, {
      facts: { ownerArn: "arn:aws:eks:ap-northeast-2:111122223333:addon/eks-work-cluster/cni/1" },
    }),
    code: "association-owned",
    says: "managed by an EKS add-on",
  },
  {
    why: "a role that another association of the cluster has",
    world: eksctls((world) => {
      world.withAssociation("shop/till", world.association(CART)?.roleArn ?? "");
    }),
    code: "role-shared",
    says: "also associated with shop/till",
  },
  {
    why: "a role of nobody's, named by nobody",
    world: () => byHand(),
    code: "role-unproven",
    says: "--role-name by-hand",
  },
  {
    why: "another role than the one that is named",
    world: eksctls(),
    more: NAMED,
    code: "no-role",
    says: "not 'by-hand'",
  },
  {
    why: "a role that eksctl made for another ServiceAccount",
    world: eksctls(undefined, { tags: { "alpha.eksctl.io/podidentityassociation-name": "shop/till" } }),
    code: "role-of-another",
    says: "shop/till",
  },
  {
    why: "a role that eksctl made for another cluster, though it is named",
    world: () => {
      const world = byHand();
      const tags = { "alpha.eksctl.io/cluster-name": "old" };
      return world.withRole(BY_HAND, { trust: trustPolicy([OPEN_TO_PODS]), tags });
    },
    more: NAMED,
    code: "role-of-another",
    says: "created for cluster old",
  },
  {
    why: "a role that an add-on's association was made for",
    world: eksctls(undefined, {
      tags: { "alpha.eksctl.io/addon-podidentityassociation-name": "kube-system/aws-node" },
    }),
    code: "role-of-another",
    says: "kube-system/aws-node",
  },
  {
    why: "a role that irsa has for another cluster",
    world: eksctls((world) => {
      const other = aWorld(aCluster({ arn: "arn:aws:eks:ap-northeast-2:111122223333:cluster/other" }));
      const tags = other.ownershipTagsOf(asked);
      const [arn] = [...world.iam.roles.values()].map(({ role }) => role.arn);
      if (arn === undefined) throw new Error("no role");
      world.editRole(arn, ({ role }) => ({
        role: { ...role, tags: { ...role.tags, ...tags } },
      }));
    }),
    code: "role-of-another",
    says: "cluster/other",
  },
  {
    why: "a role that others assume, too",
    world: eksctls(undefined, {
      trust: trustPolicy([
        OPEN_TO_PODS,
        { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
      ]),
    }),
    code: "role-shared",
    says: "ec2.amazonaws.com",
  },
  {
    why: "a role that the trust policy also gives to another ServiceAccount by name",
    world: eksctls(undefined, {
      trust: trustPolicy([
        OPEN_TO_PODS,
        podIdentityStatement(podIdentityGrantFor(aCluster(), aServiceAccount("shop/till"))),
      ]),
    }),
    code: "role-shared",
    says: "shop/till by Pod Identity",
  },
  {
    why: "a trust policy without sts:TagSession",
    world: eksctls(undefined, { trust: trustPolicy([{ ...OPEN_TO_PODS, Action: "sts:AssumeRole" }]) }),
    code: "trust-refuses",
    says: "does not trust shop/cart",
  },
  {
    why: "a trust policy with a condition that only the pod can meet",
    world: eksctls(undefined, {
      trust: trustPolicy([
        {
          ...OPEN_TO_PODS,
          Condition: { StringEquals: { "aws:RequestTag/kubernetes-pod-name": "cart-0" } },
        },
      ]),
    }),
    code: "trust-conditional",
    says: "kubernetes-pod-name",
  },
  {
    why: "a role that is gone",
    world: () => byHand().withAssociation(CART, ownRole("gone")),
    code: "no-role",
    says: "does not exist",
  },
  {
    why: "a role that is not a role's ARN",
    world: () => byHand().withAssociation(CART, "not-an-arn"),
    code: "no-role",
    says: "does not exist",
  },
  {
    why: "a role beside the one that irsa has for the ServiceAccount",
    world: () => {
      const world = byHand();
      const own = world.roleOf(asked);
      return world.withRole(own, { trust: trustPolicy([pinOf(world)]), tags: world.ownershipTagsOf(asked) });
    },
    more: NAMED,
    code: "associated-other",
    says: "irsa's role",
  },
];

describe("what is refused", () => {
  it.each(REFUSALS)("$why", async ({ world: make, code, says, more }) => {
    const world = make();
    const stop = await stopOf(adoptionIn(world, CART, false, more));
    expect(stop).toMatchObject({ code });
    expect(textOf(stop)).toContain(says);
    expect(world.log.writes).toEqual([]);
  });
});

describe("associations that can't be read", () => {
  const denied = (world: World): World => {
    world.log.fail("eks.describePodIdentities");
    return world;
  };

  it("are said to be unknown beside an annotation whose role Pod Identity can't give", async () => {
    const world = aWorld().withProvider();
    withEksctlServiceAccount(world);
    const plan = await adoptionIn(denied(world), CART);
    expect(plan.way).toBe("irsa");
    expect(plan.notes.map(({ code }) => code)).toContain("association-unread");
  });

  it("end the run where one could give the role", async () => {
    const world = aWorld().withProvider();
    withEksctlServiceAccount(world, CART, {
      trust: trustPolicy([...[world.trustOf({ serviceAccount: CART_REF }).Statement].flat(), OPEN_TO_PODS]),
    });
    expect(await stopOf(adoptionIn(denied(world), CART))).toMatchObject({ code: "unreachable" });
    const bare = aWorld().withServiceAccount(CART);
    expect(await stopOf(adoptionIn(denied(bare), CART))).toMatchObject({ code: "unreachable" });
  });
});

it("an association of create-sa for a role of others becomes irsa's with its role", async () => {
  const world = aWorld().withRole(BY_HAND, { trust: trustPolicy([pinOf(aWorld())]) });
  await bringAbout(world, { ...asked, role: { kind: "existing", arn: fromOperator(BY_HAND) } });
  await adoptIn(world);
  expect(world.association(CART)?.tags[TAG.origin]).toBe("created");
  expect(await removalIn(world, aRemoval({ serviceAccount: CART_REF }))).toMatchObject({
    role: { fate: "released" },
    association: { fate: "deleted" },
  });
});
