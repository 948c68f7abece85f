import { describe, expect, it } from "vitest";
import { snapshotTag } from "../../src/model/role-snapshot.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import {
  ORIGIN_ANNOTATION,
  attachedTag,
  inlineHash,
  roleOwnershipTags,
  TAG,
} from "../../src/model/ownership-tags.ts";
import { trustPolicy, webIdentityStatement } from "../../src/model/trust-policy/grant.ts";
import { CART, eksctlTags, withEksctlServiceAccount } from "../fakes/eksctl-account.ts";
import {
  aCluster,
  aServiceAccount,
  aDesire,
  AUDIENCE,
  CLOUDWATCH,
  OLD_ISSUER,
  ownRole,
  S3_READ,
} from "../fakes/values.ts";
import {
  adoptionIn,
  applyAll,
  bringAbout,
  changeOf,
  kindsOf,
  removalIn,
  aRemoval,
  stopOf,
  textOf,
  updateIn,
} from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const CART_REF = aServiceAccount(CART);

function withOwnServiceAccount(world: World): void {
  const arn = world.roleOf({ serviceAccount: CART_REF });
  const tags = roleOwnershipTags(world.cluster, CART_REF, "created", []);
  world
    .withRole(arn, { trust: world.trustOf({ serviceAccount: CART_REF }), tags })
    .withServiceAccount(CART, { annotations: { [ROLE_ANNOTATION]: arn } });
}

async function adoptIn(world: World, releaseStack = false): Promise<void> {
  await applyAll(world, (await adoptionIn(world, CART, releaseStack)).changes);
}

describe("adopting", () => {
  it("tags role and labels ServiceAccount, and touches nothing else", async () => {
    const world = aWorld().withProvider();
    const arn = withEksctlServiceAccount(world, CART, { attached: [CLOUDWATCH, S3_READ] });
    const [role, serviceAccount] = [world.role(arn), world.serviceAccount(CART)];
    await adoptIn(world);
    const marks = {
      [TAG.managedBy]: "irsa",
      [TAG.origin]: "adopted",
      [TAG.clusterArn]: world.cluster.arn,
      [TAG.namespace]: "shop",
      [TAG.serviceAccount]: "cart",
      [TAG.attached]: attachedTag([CLOUDWATCH, S3_READ]),
      [TAG.inline]: Object.keys(role.inline).map(inlineHash).toSorted().join(" "),
    };
    expect(world.role(arn)).toEqual({
      ...role,
      role: { ...role.role, tags: { ...role.role.tags, ...marks } },
    });
    expect(world.serviceAccount(CART)).toMatchObject({
      labels: serviceAccount.labels,
      annotations: { ...serviceAccount.annotations, [ORIGIN_ANNOTATION]: "adopted" },
    });
    expect(world.log.writes).toEqual(["iam.tagRole", "kubernetes.patchServiceAccount"]);
  });

  it("takes a role of any maker, and says who that was", async () => {
    const world = aWorld().withProvider();
    withEksctlServiceAccount(world);
    expect(await adoptionIn(world, CART)).toMatchObject({ maker: "created by eksctl" });
    const hand = aWorld().withProvider();
    const arn = ownRole("team/by-hand");
    hand
      .withRole(arn, { trust: hand.trustOf({ serviceAccount: CART_REF }) })
      .withServiceAccount(CART, { annotations: { [ROLE_ANNOTATION]: arn } });
    await adoptIn(hand);
    expect(hand.role(arn).role.tags[TAG.origin]).toBe("adopted");
  });

  it.each([
    ["of eksctl's role", (world: World) => withEksctlServiceAccount(world, CART)],
    ["of irsa's own role", (world: World) => withOwnServiceAccount(world)],
  ])("an empty audience annotation %s is the fault, not the role's trust policy", async (_name, settle) => {
    const world = aWorld().withProvider();
    settle(world);
    world.editServiceAccount(CART, ({ annotations }) => ({
      annotations: { ...annotations, [AUDIENCE_ANNOTATION]: "" },
    }));
    expect(await stopOf(adoptionIn(world, CART))).toMatchObject({ code: "empty-audience" });
    world.editServiceAccount(CART, ({ annotations }) => ({
      annotations: { ...annotations, [AUDIENCE_ANNOTATION]: AUDIENCE },
    }));
    await adoptIn(world);
  });

  it("finds nothing to do a second time, whatever was attached meanwhile", async () => {
    const world = aWorld().withProvider();
    const arn = withEksctlServiceAccount(world);
    await adoptIn(world);
    world.editRole(arn, ({ attached }) => ({ attached: [...attached, S3_READ] }));
    expect(kindsOf(await adoptionIn(world, CART))).toEqual([]);
  });

  it("leaves a ServiceAccount that another system keeps, and takes its role", async () => {
    const world = aWorld().withProvider();
    const arn = withEksctlServiceAccount(world);
    world.editServiceAccount(CART, () => ({
      annotations: { [ROLE_ANNOTATION]: arn, "meta.helm.sh/release-name": "cart" },
    }));
    const plan = await adoptionIn(world, CART);
    expect(kindsOf(plan)).toEqual(["edit-role"]);
    expect(plan.notes.map(({ code }) => code)).toContain("owned-elsewhere");
  });

  it("says that eksctl's stack could still take the role along", async () => {
    const world = aWorld().withProvider();
    withEksctlServiceAccount(world);
    expect((await adoptionIn(world, CART)).notes.map(({ code }) => code)).toEqual(["stack-stays"]);
  });
});

describe("after that", () => {
  it("update-sa changes the role", async () => {
    const world = aWorld().withProvider();
    const arn = withEksctlServiceAccount(world);
    await adoptIn(world);
    const policies = { kind: "some", add: [S3_READ], remove: [CLOUDWATCH] } as const;
    await applyAll(world, (await updateIn(world, { serviceAccount: CART_REF, policies })).changes);
    expect(world.role(arn)).toMatchObject({
      attached: [S3_READ],
      role: { tags: { [TAG.attached]: attachedTag([S3_READ]) } },
    });
  });

  it("delete-sa gives the role back as it was, without ownership tags, and the ServiceAccount without annotation", async () => {
    const world = aWorld().withProvider();
    const arn = withEksctlServiceAccount(world);
    const before = world.role(arn);
    await adoptIn(world);
    await applyAll(world, (await removalIn(world, aRemoval({ serviceAccount: CART_REF }))).changes);
    expect(world.role(arn)).toEqual(before);
    expect(world.serviceAccount(CART).annotations).toEqual({});
  });
});

describe("before that", () => {
  it.each<readonly [string, (world: World) => Promise<unknown>]>([
    ["update-sa", (world) => updateIn(world, { serviceAccount: CART_REF, setTags: { team: "shop" } })],
    ["delete-sa", (world) => removalIn(world, aRemoval({ serviceAccount: CART_REF }))],
  ])("%s stops at what is eksctl's, with the command that takes it over", async (_, plan) => {
    const world = aWorld().withProvider();
    withEksctlServiceAccount(world);
    const stop = await stopOf(plan(world));
    expect(stop).toMatchObject({ kind: "refused", code: "foreign-role" });
    const where = ["--cluster", "eks-work-cluster"];
    expect(stop.detail.command).toEqual(["irsa", "adopt", "shop/cart", ...where, "--approve"]);
  });
});

it("what another cluster has adopted, update-sa does not offer to adopt from here", async () => {
  const world = aWorld().withProvider();
  const other = aCluster({ arn: "arn:aws:eks:ap-northeast-2:111122223333:cluster/old" });
  withEksctlServiceAccount(world, CART, { tags: roleOwnershipTags(other, CART_REF, "adopted", []) });
  const stop = await stopOf(updateIn(world, { serviceAccount: CART_REF, setTags: { team: "shop" } }));
  expect(stop).toMatchObject({
    code: "foreign-role",
    detail: { advice: "Change it with the tool that created it" },
  });
  expect(stop.detail.command).toBeUndefined();
});

it("what eksctl made for a cluster that the role does not trust any more is adopted when that tag is off", async () => {
  const world = aWorld().withProvider();
  const tag = "alpha.eksctl.io/cluster-name";
  const arn = withEksctlServiceAccount(world, CART, { tags: { [tag]: "old" } });
  const stop = await stopOf(adoptIn(world));
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  expect(stop.detail.command).toEqual(["aws", "iam", "untag-role", "--role-name", name, "--tag-keys", tag]);
  world.editRole(arn, ({ role }) => {
    const { [tag]: _old, ...tags } = role.tags;
    return { role: { ...role, tags } };
  });
  await adoptIn(world);
  expect(world.role(arn).role.tags).toMatchObject({ [TAG.origin]: "adopted" });
});

interface Refusal {
  readonly why: string;
  readonly world: (world: World) => void;
  readonly code: string;
  readonly says: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    why: "no ServiceAccount",
    world: () => undefined,
    code: "no-account",
    says: "ServiceAccount shop/cart not found",
  },
  {
    why: "a ServiceAccount that has no role annotation",
    world: (world) => world.withServiceAccount(CART),
    code: "not-annotated",
    says: "shop/cart has no role annotation",
  },
  {
    why: "an annotation that is no ARN",
    world: (world) => world.withServiceAccount(CART, { annotations: { [ROLE_ANNOTATION]: "cart" } }),
    code: "bad-annotation",
    says: "'cart', which is not a valid role ARN",
  },
  {
    why: "a role of another AWS account",
    world: (world) =>
      world.withServiceAccount(CART, {
        annotations: { [ROLE_ANNOTATION]: "arn:aws:iam::999999999999:role/cart" },
      }),
    code: "other-aws-account",
    says: "999999999999",
  },
  {
    why: "a role that is gone",
    world: (world) => world.withServiceAccount(CART, { annotations: { [ROLE_ANNOTATION]: ownRole("cart") } }),
    code: "annotated-role",
    says: "does not exist",
  },
  {
    why: "a role of another path",
    world: (world) =>
      world
        .withRole(ownRole("team/cart"))
        .withServiceAccount(CART, { annotations: { [ROLE_ANNOTATION]: ownRole("cart") } }),
    code: "role-path",
    says: "role/team/cart",
  },
  {
    why: "a trust policy that does not admit the ServiceAccount",
    world: (world) =>
      withEksctlServiceAccount(world, CART, {
        trust: world.trustOf({ serviceAccount: aServiceAccount("shop/till") }),
      }),
    code: "trust-refuses",
    says: "does not trust shop/cart",
  },
  {
    why: "a trust policy of another cluster's issuer",
    world: (world) => {
      const old = aWorld({ ...world.cluster, issuer: OLD_ISSUER as never });
      withEksctlServiceAccount(world, CART, { trust: old.trustOf({ serviceAccount: CART_REF }) });
    },
    code: "trust-refuses",
    says: "does not trust shop/cart",
  },
  {
    why: "a role that eksctl made for another ServiceAccount",
    world: (world) =>
      withEksctlServiceAccount(world, CART, {
        tags: { "alpha.eksctl.io/iamserviceaccount-name": "shop/till" },
      }),
    code: "role-of-another",
    says: "created for ServiceAccount shop/till",
  },
  {
    why: "a role that eksctl made for another cluster",
    world: (world) =>
      withEksctlServiceAccount(world, CART, { tags: { "alpha.eksctl.io/cluster-name": "old" } }),
    code: "role-of-another",
    says: "created for cluster old",
  },
  {
    why: "a role of irsa's for another ServiceAccount",
    world: (world) =>
      withEksctlServiceAccount(world, CART, {
        tags: roleOwnershipTags(world.cluster, aServiceAccount("shop/till"), "created", []),
      }),
    code: "role-of-another",
    says: "irsa's for shop/till",
  },
  {
    why: "a role of irsa's for the ServiceAccount of the same name on another cluster, as a move beside leaves it",
    world: (world) =>
      withEksctlServiceAccount(world, CART, {
        tags: roleOwnershipTags(
          aCluster({ arn: "arn:aws:eks:ap-northeast-2:111122223333:cluster/old" }),
          CART_REF,
          "created",
          [],
        ),
      }),
    code: "role-of-another",
    says: "irsa migrate-trust --replace",
  },
  {
    why: "another role that irsa has made for the ServiceAccount",
    world: (world) => {
      withEksctlServiceAccount(world);
      world.withRole(world.roleOf({ serviceAccount: CART_REF }), {
        tags: world.ownershipTagsOf({ serviceAccount: CART_REF }),
      });
    },
    code: "annotated-other",
    says: "annotated with a role that irsa does not manage",
  },
  ...[
    ["a second ServiceAccount", "system:serviceaccount:shop:till", "also allows shop/till"],
    ["a pattern of ServiceAccounts", "system:serviceaccount:shop:*", "also allows shop/*"],
  ].map(([why = "", subject = "", says = ""]) => ({
    why: `a role that is shared with ${why}`,
    world: (world: World) => {
      const [mine, theirs] = [CART_REF, CART_REF].map((serviceAccount) =>
        webIdentityStatement(world.grantOf({ serviceAccount })),
      );
      const Condition = {
        StringLike: { [`${world.grantOf({ serviceAccount: CART_REF }).issuerHostPath}:sub`]: subject },
      };
      const trust = trustPolicy([mine as never, { ...theirs, Condition } as never]);
      withEksctlServiceAccount(world, CART, { trust });
    },
    code: "role-shared",
    says,
  })),
  {
    why: "a role that a service may assume too",
    world: (world) => {
      const mine = webIdentityStatement(world.grantOf({ serviceAccount: CART_REF }));
      const ec2 = {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "ec2.amazonaws.com" },
      } as const;
      withEksctlServiceAccount(world, CART, { trust: trustPolicy([mine, ec2]) });
    },
    code: "role-shared",
    says: "also allows ec2.amazonaws.com",
  },
  {
    why: "a role that does not ask who it is",
    world: (world) => {
      const grant = world.grantOf({ serviceAccount: CART_REF });
      const mine = webIdentityStatement(grant);
      const Condition = { StringEquals: { [`${grant.issuerHostPath}:aud`]: AUDIENCE } };
      withEksctlServiceAccount(world, CART, { trust: trustPolicy([{ ...mine, Condition }]) });
    },
    code: "role-shared",
    says: "every ServiceAccount in the cluster",
  },
];

describe("it is refused, without a write:", () => {
  it.each(REFUSALS)("$why", async ({ world: build, code, says }) => {
    const world = aWorld().withProvider();
    build(world);
    const stop = await stopOf(adoptionIn(world, CART));
    expect(stop).toMatchObject({ kind: "refused", code });
    expect(textOf(stop)).toContain(says);
    expect(world.log.writes).toEqual([]);
  });

  it("without the right to mark the ServiceAccount", async () => {
    const world = aWorld().withProvider().forbidding("patch serviceaccounts");
    withEksctlServiceAccount(world);
    expect(await stopOf(adoptionIn(world, CART))).toMatchObject({ kind: "denied", code: "forbidden" });
  });
});

describe("releasing the stack", () => {
  it("keeps everything that the stack made, and takes the mark of it off", async () => {
    const world = aWorld().withProvider();
    const arn = withEksctlServiceAccount(world, CART, { stack: { isProtected: true } });
    const before = world.role(arn);
    const plan = await adoptionIn(world, CART, true);
    expect(kindsOf(plan)).toEqual([
      "edit-role",
      "edit-service-account",
      "retain-stack",
      "delete-stack",
      "confirm-release",
    ]);
    expect(changeOf(plan, "retain-stack").resources).toEqual(["Role1", "Policy1", "PolicyAutoScaler"]);
    await applyAll(world, plan.changes);
    const after = world.role(arn);
    expect({ ...after, role: { ...after.role, tags: {} } }).toEqual({
      ...before,
      role: { ...before.role, tags: {} },
    });
    expect(after.role.tags).not.toHaveProperty([TAG.releasing]);
    expect([...world.stacks.values()].map(({ stack }) => stack.status)).toEqual(["DELETE_COMPLETE"]);
    expect(kindsOf(await adoptionIn(world, CART, true))).toEqual([]);
  });

  it("is all that is left to do for a ServiceAccount that was adopted before", async () => {
    const world = aWorld().withProvider();
    withEksctlServiceAccount(world);
    await adoptIn(world);
    const kinds = ["edit-role", "retain-stack", "delete-stack", "confirm-release"];
    expect(kindsOf(await adoptionIn(world, CART, true))).toEqual(kinds);
  });

  it("says what is not as it was", async () => {
    const world = aWorld().withProvider();
    const arn = withEksctlServiceAccount(world);
    const { changes } = await adoptionIn(world, CART, true);
    world.log.after("cloudformation.deleteStack", () =>
      world.editRole(arn, ({ inline }) => ({
        attached: [S3_READ],
        inline: Object.fromEntries(Object.entries(inline).slice(1)),
      })),
    );
    const stop = await stopOf(applyAll(world, changes));
    expect(stop).toMatchObject({ code: "release-differs", detail: { written: true } });
    expect(textOf(stop)).toMatch(
      /attached no longer \S+CloudWatchAgentServerPolicy, also \S+AmazonS3ReadOnlyAccess/,
    );
    expect(textOf(stop)).toMatch(/inline .+-Policy1$/m);
    const again = await stopOf(adoptIn(world, true));
    expect(textOf(again)).toContain("attached differs from what was recorded");
  });

  it("deletes no stack whose template does not retain everything by then", async () => {
    const world = aWorld().withProvider();
    withEksctlServiceAccount(world);
    const { changes } = await adoptionIn(world, CART, true);
    const [stored] = [...world.stacks.values()];
    const own = stored?.template ?? "";
    const without = changes.filter(({ kind }) => kind !== "retain-stack");
    expect(await stopOf(applyAll(world, without))).toMatchObject({ code: "stack-keeps-nothing" });
    expect([...world.stacks.values()][0]).toMatchObject({
      template: own,
      stack: { status: "CREATE_COMPLETE" },
    });
  });

  it("stops before the deletion where the role was changed since the plan, and takes it as it is then", async () => {
    const world = aWorld().withProvider();
    const arn = withEksctlServiceAccount(world);
    const { changes } = await adoptionIn(world, CART, true);
    world.editRole(arn, () => ({ attached: [CLOUDWATCH, S3_READ] }));
    const stop = await stopOf(applyAll(world, changes));
    expect(stop).toMatchObject({ code: "conflict" });
    expect(textOf(stop)).toContain("attached also arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
    expect([...world.stacks.values()].map(({ stack }) => stack.status)).toEqual(["UPDATE_COMPLETE"]);
    const plan = await adoptionIn(world, CART, true);
    expect(plan.notes.map(({ code }) => code)).toEqual(["stack-release", "changed-since"]);
    await applyAll(world, plan.changes);
    expect(world.role(arn).attached).toEqual([CLOUDWATCH, S3_READ]);
  });

  it("stops where the template was changed since the plan", async () => {
    const world = aWorld().withProvider();
    withEksctlServiceAccount(world);
    const { changes } = await adoptionIn(world, CART, true);
    const [id, stored] = [...world.stacks][0] ?? [];
    if (id === undefined || stored === undefined) throw new Error("no stack");
    world.stacks.set(id, { ...stored, template: stored.template.replace("2010-09-09", "2010-09-10") });
    expect(await stopOf(applyAll(world, changes))).toMatchObject({ code: "conflict" });
  });

  it("goes on where a stack is on its way already", async () => {
    const world = aWorld().withProvider();
    const arn = withEksctlServiceAccount(world);
    await applyAll(world, (await adoptionIn(world, CART, true)).changes.slice(0, 3));
    const [id, stored] = [...world.stacks][0] ?? [];
    if (id === undefined || stored === undefined) throw new Error("no stack");
    const going = { ...stored, stack: { ...stored.stack, status: "DELETE_IN_PROGRESS" } };
    world.stacks.set(id, going);
    const plan = await adoptionIn(world, CART, true);
    expect(kindsOf(plan)).toEqual(["delete-stack", "confirm-release"]);
    world.stacks.set(id, { ...stored, stack: { ...stored.stack, status: "DELETE_COMPLETE" } });
    await applyAll(world, plan.changes);
    expect(world.role(arn).role.tags).not.toHaveProperty([TAG.releasing]);
  });

  it("compares at last where an earlier run was ended before it could", async () => {
    const world = aWorld().withProvider();
    const arn = withEksctlServiceAccount(world);
    await applyAll(world, (await adoptionIn(world, CART, true)).changes.slice(0, 4));
    world.stacks.clear();
    const plan = await adoptionIn(world, CART, true);
    expect(kindsOf(plan)).toEqual(["confirm-release"]);
    const { role, attached, inline } = world.role(arn);
    expect(changeOf(plan, "confirm-release").before).toBe(
      snapshotTag({ trust: role.trust, attached, inline }),
    );
    await applyAll(world, plan.changes);
    expect(kindsOf(await adoptionIn(world, CART, true))).toEqual([]);
  });
});

const STACK_REFUSALS: readonly (readonly [
  string,
  Parameters<typeof withEksctlServiceAccount>[2],
  string,
  string,
])[] = [
  [
    "tags of another ServiceAccount",
    { stack: { tags: { ...eksctlTags(aWorld(), "shop/till") } } },
    "stack-foreign",
    "shop/till",
  ],
  ["no tags", { stack: { tags: {} } }, "stack-foreign", "missing tag alpha.eksctl.io/cluster-name"],
  [
    "a name that is not eksctl's",
    { stack: { name: "cart" }, tags: { "aws:cloudformation:stack-name": "cart" } },
    "stack-foreign",
    "name used by eksctl eksctl-",
  ],
  [
    "a bucket in it",
    { resources: (usual) => [...usual, { logicalId: "B", type: "AWS::S3::Bucket", physicalId: "b" }] },
    "stack-holds-more",
    "AWS::S3::Bucket b",
  ],
  [
    "another role in it",
    { resources: (usual) => [...usual, { logicalId: "R", type: "AWS::IAM::Role", physicalId: "till" }] },
    "stack-holds-more",
    "AWS::IAM::Role till",
  ],
  [
    "a template in YAML",
    { template: () => "Resources:\n  Role1: !Ref x\n" },
    "stack-template",
    "is not JSON",
  ],
  [
    "a template with macros",
    { template: (usual) => JSON.stringify({ ...usual, Transform: "AWS::Serverless" }) },
    "stack-template",
    "transforms",
  ],
  [
    "a template that is too long",
    { template: (usual) => JSON.stringify({ ...usual, Description: "x".repeat(51_200) }) },
    "stack-template",
    "51200",
  ],
  [
    "a deletion that takes the role along",
    { stack: { status: "DELETE_IN_PROGRESS" } },
    "stack-state",
    "DELETE_IN_PROGRESS",
  ],
  [
    "a failed roll-back",
    { stack: { status: "UPDATE_ROLLBACK_FAILED", reason: "boom" } },
    "stack-state",
    "boom",
  ],
];

describe("a stack is not released, and nothing is written, with", () => {
  it.each(STACK_REFUSALS)("%s", async (_, traits, code, says) => {
    const world = aWorld().withProvider();
    withEksctlServiceAccount(world, CART, traits);
    const stop = await stopOf(adoptionIn(world, CART, true));
    expect(stop).toMatchObject({ kind: "refused", code });
    expect(textOf(stop)).toContain(says);
    expect(world.log.writes).toEqual([]);
  });

  it("no stack of eksctl's: the flag is refused for roles of others, and idle where the stack is gone", async () => {
    const world = aWorld().withProvider();
    withEksctlServiceAccount(world, CART, { withoutStack: true });
    expect((await adoptionIn(world, CART, true)).notes.map(({ code }) => code)).toEqual(["no-stack"]);
    await bringAbout(world, aDesire());
    const stop = await stopOf(adoptionIn(world, "amazon-cloudwatch/cloudwatch-agent", true));
    expect(stop).toMatchObject({ code: "not-eksctls" });
  });
});
