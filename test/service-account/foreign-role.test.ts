import { describe, expect, it } from "vitest";
import { parseRoleArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { listOf, type Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import {
  aDesire,
  aServiceAccount,
  awsPolicy,
  CLOUDWATCH,
  existing,
  INLINE,
  managed,
  ownPolicy,
  ownRole,
  right,
  S3_READ,
  EC2,
} from "../fakes/values.ts";
import { bringAbout, changeOf, kindsOf, planIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const SERVICE_ACCOUNT = "amazon-cloudwatch/cloudwatch-agent";
const LEGACY = ownRole("legacy/agent");

/** Someone else's ServiceAccount, annotated with someone else's role that admits it. */
function foreignSetup(): World {
  const world = aWorld().withProvider();
  return world
    .withRole(LEGACY, { trust: world.trustOf(aDesire()) }, { attached: [CLOUDWATCH] })
    .withServiceAccount(SERVICE_ACCOUNT, { annotations: { [ROLE_ANNOTATION]: LEGACY } });
}

describe("a ServiceAccount that is annotated with somebody else's role", () => {
  it("is done where the role admits it and has what is asked for, whoever made it", async () => {
    const world = foreignSetup();
    expect(await planIn(world, aDesire())).toMatchObject({ changes: [], notes: [], role: LEGACY });
  });

  it("is done too where the role may more, which is reported", async () => {
    const world = foreignSetup();
    world.editRole(LEGACY, () => ({ attached: [CLOUDWATCH, awsPolicy("AdministratorAccess")] }));
    const plan = await planIn(world, aDesire());
    expect(plan.changes).toEqual([]);
    expect(plan.notes).toMatchObject([{ code: "attached-beyond" }]);
    expect(plan.notes[0]?.message).toContain("AdministratorAccess");
  });

  it("stops where the role lacks something, names all of it, and both ways to go on", async () => {
    const world = foreignSetup().withPolicy(ownPolicy("edge"));
    const role = managed({
      policies: [CLOUDWATCH, S3_READ],
      inline: INLINE,
      boundary: ownPolicy("edge"),
      maxSessionSeconds: 7200,
      tags: { team: "payments" },
    });
    const stop = await stopOf(planIn(world, aDesire({ role, adopt: true })));
    expect(stop).toMatchObject({ kind: "refused", code: "role-lacks" });
    for (const part of [
      LEGACY,
      "not attached AmazonS3ReadOnlyAccess",
      "inline policy a statement is missing",
      `boundary none, requested ${ownPolicy("edge")}`,
      "session 3600 s, requested 7200 s",
      "tag team=, requested payments",
      "--role-name",
      "--attach-role-arn",
    ])
      expect(textOf(stop)).toContain(part);
    expect(textOf(stop)).not.toContain("CloudWatchAgentServerPolicy");
    expect(world.log.writes).toEqual([]);
  });

  it("stops where the role refuses it, even with --add-trust: an annotation widens nothing", async () => {
    for (const addTrust of [false, true]) {
      const world = foreignSetup();
      world.editRole(LEGACY, ({ role }) => ({ role: { ...role, trust: trustPolicy([EC2]) } }));
      const stop = await stopOf(planIn(world, aDesire({ addTrust, adopt: true })));
      expect(stop).toMatchObject({ kind: "refused", code: "trust-refuses" });
      expect(textOf(stop)).toContain("system:serviceaccount:amazon-cloudwatch:cloudwatch-agent");
      expect(textOf(stop)).toContain(`--attach-role-arn ${LEGACY} --add-trust`);
    }
  });

  it.each([
    ["that is gone", ownRole("gone"), "annotated-role", "that does not exist"],
    [
      "of another AWS account",
      right(parseRoleArn("arn:aws:iam::999988887777:role/theirs")),
      "annotated-role",
      "in another AWS account",
    ],
    ["that is none", "legacy-agent", "bad-annotation", "'legacy-agent'"],
    ["under a path that it does not have", ownRole("agent"), "role-path", LEGACY],
  ])("stops where it names a role %s", async (_name, annotation, code, named) => {
    const world = foreignSetup();
    world.editServiceAccount(SERVICE_ACCOUNT, () => ({ annotations: { [ROLE_ANNOTATION]: annotation } }));
    const stop = await stopOf(planIn(world, aDesire({ adopt: true })));
    expect(stop).toMatchObject({ kind: "refused", code });
    expect(textOf(stop)).toContain(annotation);
    expect(textOf(stop)).toContain(named);
  });

  it("is not asked about the annotated role where another one is named", async () => {
    for (const role of [existing(ownRole("shared")), managed({ name: "shared" as never })]) {
      const world = foreignSetup();
      world.withRole(ownRole("shared"), {
        trust: world.trustOf(aDesire()),
        tags: world.ownershipTagsOf(aDesire()),
      });
      await planIn(world, aDesire({ role, adopt: true }));
      expect(world.log.calls).not.toContainEqual({ name: "iam.getRole", args: ["agent"] });
    }
  });

  it("has its ARN replaced only when ServiceAccount and role are both named", async () => {
    const world = foreignSetup();
    world.withRole(ownRole("shared"), { trust: world.trustOf(aDesire()) });
    const desired = aDesire({ role: existing(ownRole("shared")), adopt: true });
    expect((await stopOf(planIn(world, { ...desired, adopt: false }))).code).toBe("account-exists");
    const edit = changeOf(await bringAbout(world, desired), "edit-service-account");
    expect(edit.before.annotations[ROLE_ANNOTATION]).toBe(LEGACY);
    expect(world.serviceAccount().annotations).toEqual({
      [ROLE_ANNOTATION]: ownRole("shared"),
      "irsa/account": "adopted",
    });
  });
});

describe("a role that has the name and is not ours", () => {
  it.each([
    ["without marks", {}],
    ["of another ServiceAccount", { serviceAccount: aServiceAccount("shop/cart") }],
  ])("stops: one %s", async (_name, other) => {
    const world = aWorld().withProvider();
    const role = world.roleOf(aDesire());
    const tags =
      "serviceAccount" in other ? world.ownershipTagsOf({ serviceAccount: other.serviceAccount }) : {};
    world.withRole(role, { tags });
    const stop = await stopOf(planIn(world, aDesire()));
    expect(stop).toMatchObject({ kind: "refused", code: "role-exists" });
    expect(textOf(stop)).toContain(role);
    expect(textOf(stop)).toContain("amazon-cloudwatch/cloudwatch-agent");
    expect(textOf(stop)).toMatch(/--role-name.*--attach-role-arn/);
    expect(world.log.writes).toEqual([]);
  });

  it.each(["irsa/managed-by", "irsa/cluster-arn", "irsa/namespace", "irsa/service-account"])(
    "is not taken for ours when its tag %s is another",
    async (tag) => {
      const world = aWorld().withProvider();
      const role = world.roleOf(aDesire());
      world.withRole(role, { tags: { ...world.ownershipTagsOf(aDesire()), [tag]: "other" } });
      expect((await stopOf(planIn(world, aDesire()))).code).toBe("role-exists");
    },
  );

  it("is used as it is where the ServiceAccount is annotated with just that", async () => {
    const world = foreignSetup();
    const role = managed({ name: "agent" as never });
    expect(await planIn(world, aDesire({ role }))).toMatchObject({ changes: [], role: LEGACY });
  });

  it("stops where a role of ours has another path than was asked for", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    const stop = await stopOf(planIn(world, aDesire({ role: managed({ path: "/irsa/" }) })));
    expect(stop.code).toBe("role-path");
    expect(textOf(stop)).toContain("role/irsa/eks-work-cluster-");
  });

  it("keeps a role of ours under the path that it has, where none is asked for", async () => {
    const world = aWorld().withProvider();
    const { role } = await bringAbout(world, aDesire({ role: managed({ path: "/irsa/" }) }));
    expect(await planIn(world, aDesire())).toMatchObject({ changes: [], role });
  });
});

describe("--attach-role-arn", () => {
  const desired = aDesire({ role: existing(LEGACY) });

  it("annotates the ServiceAccount where the role admits it, and never edits the role", async () => {
    const world = aWorld().withProvider();
    world.withRole(LEGACY, { trust: world.trustOf(desired) });
    const before = structuredClone(world.role(LEGACY));
    const plan = await bringAbout(world, desired);
    expect(kindsOf(plan)).toEqual(["create-namespace", "create-service-account"]);
    expect(world.serviceAccount().annotations[ROLE_ANNOTATION]).toBe(LEGACY);
    expect(world.role(LEGACY)).toEqual(before);
  });

  it("stops where it refuses, with the statement that would allow it", async () => {
    const world = aWorld()
      .withProvider()
      .withRole(LEGACY, { trust: trustPolicy([EC2]) });
    const stop = await stopOf(planIn(world, desired));
    expect(stop).toMatchObject({ kind: "refused", code: "trust-refuses" });
    const [ours] = listOf(world.trustOf(desired).Statement);
    expect(textOf(stop)).toContain(JSON.stringify(ours, null, 2));
    expect(textOf(stop)).toContain("--add-trust");
    expect(world.log.writes).toEqual([]);
  });

  it("plans one edit with --add-trust, that keeps foreign statements and leaves the rest alone", async () => {
    const world = aWorld().withProvider();
    world.withRole(LEGACY, {
      trust: { Version: "2012-10-17", Id: "theirs", Statement: EC2 },
      tags: { team: "x" },
    });
    const plan = await bringAbout(world, { ...desired, addTrust: true });
    expect(kindsOf(plan)).toEqual(["edit-role", "create-namespace", "create-service-account"]);
    expect(world.role(LEGACY).role).toMatchObject({
      trust: {
        Version: "2012-10-17",
        Id: "theirs",
        Statement: [EC2, ...listOf(world.trustOf(desired).Statement)],
      },
      tags: { team: "x" },
    });
    expect(world.log.writes.filter((name) => name.startsWith("iam."))).toEqual(["iam.setTrust"]);
    expect((await planIn(world, desired)).changes).toEqual([]);
  });

  it("stops with --add-trust too where an explicit Deny keeps the ServiceAccount out", async () => {
    const world = aWorld().withProvider();
    const deny: Statement = { Effect: "Deny", Principal: "*", Action: "*" };
    world.withRole(LEGACY, { trust: trustPolicy([deny]) });
    expect((await stopOf(planIn(world, { ...desired, addTrust: true }))).code).toBe("trust-denies");
  });

  it("goes on with a warning where the trust also asks what can't be known", async () => {
    const world = aWorld().withProvider();
    const ours = listOf(world.trustOf(desired).Statement).map((one) => ({
      ...one,
      Condition: { ...one.Condition, StringLike: { "aws:SourceVpc": "vpc-*" } },
    }));
    world.withRole(LEGACY, { trust: trustPolicy(ours) });
    const plan = await planIn(world, desired);
    expect(kindsOf(plan)).toEqual(["create-namespace", "create-service-account"]);
    expect(plan.notes).toMatchObject([{ level: "warning", code: "trust-conditional" }]);
  });

  it.each([
    ["does not exist", ownRole("gone"), "no-role", "'gone'"],
    ["has another path", ownRole("agent"), "role-path", LEGACY],
    [
      "belongs to another AWS account",
      "arn:aws:iam::999988887777:role/theirs",
      "other-aws-account",
      "999988887777",
    ],
  ])("stops where the role %s", async (_name, arn, code, named) => {
    const world = aWorld().withProvider().withRole(LEGACY);
    const stop = await stopOf(planIn(world, aDesire({ role: existing(arn) })));
    expect(stop).toMatchObject({ kind: "refused", code });
    expect(textOf(stop)).toContain(arn);
    expect(textOf(stop)).toContain(named);
  });

  it("stops where the role is an administrator's, unless that is allowed by name", async () => {
    const world = aWorld().withProvider();
    world.withRole(
      LEGACY,
      { trust: world.trustOf(desired) },
      { attached: [awsPolicy("AdministratorAccess")] },
    );
    const stop = await stopOf(planIn(world, desired));
    expect(stop.code).toBe("administrator-policy");
    expect(textOf(stop)).toContain("AdministratorAccess of the role 'agent'");
    expect((await planIn(world, { ...desired, allowAdministrator: true })).role).toBe(LEGACY);
  });
});
