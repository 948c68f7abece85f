import { roleRef } from "../../src/model/arn.ts";
import { fromOperator } from "../../src/model/source.ts";
import { describe, expect, it } from "vitest";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { attachmentHash } from "../../src/model/ownership-tags.ts";
import { listOf, type Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import {
  aDesire,
  aCluster,
  CLOUDWATCH,
  INLINE,
  INLINE_DOCUMENT,
  managed,
  OLD_ISSUER,
  ownPolicy,
  S3_READ,
  anAudience,
  aRoleName,
  EC2,
} from "../fakes/values.ts";
import { bringAbout, changeOf, kindsOf, planIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const SERVICE_ACCOUNT = "amazon-cloudwatch/cloudwatch-agent";
const ROLE_NAME = aRoleName(roleRef(aWorld().roleOf(aDesire())).name);
const DENY_OTHERS: Statement = {
  Effect: "Deny",
  Principal: { AWS: "arn:aws:iam::111122223333:user/other" },
  Action: "sts:AssumeRole",
};

/** A world in which `create-sa` has been run. */
async function settled(desired = aDesire()): Promise<World> {
  const world = aWorld().withProvider();
  await bringAbout(world, desired);
  world.log.clear();
  return world;
}

/** A trust policy's statements with an explicit Deny for everybody behind them. */
function denying(statements: readonly Statement[], condition?: Statement["Condition"]) {
  const deny: Statement = {
    Effect: "Deny",
    Principal: "*",
    Action: "sts:AssumeRoleWithWebIdentity",
    ...(condition !== undefined && { Condition: condition }),
  };
  return trustPolicy([...statements, deny]);
}

describe("the same command again", () => {
  it("has nothing to do, and writes nothing", async () => {
    const world = await settled();
    expect(await bringAbout(world, aDesire())).toMatchObject({ changes: [], notes: [] });
    expect(world.log.writes).toEqual([]);
  });

  it.each<readonly [string, (world: World) => void, readonly string[]]>([
    [
      "the ServiceAccount was deleted",
      (world) => world.api.serviceAccounts.clear(),
      ["create-service-account"],
    ],
    [
      "account and namespace were deleted",
      (world) => (world.api.serviceAccounts.clear(), world.api.namespaces.delete("amazon-cloudwatch")),
      ["create-namespace", "create-service-account"],
    ],
    [
      "the annotation was removed",
      (world) =>
        world.editServiceAccount(
          SERVICE_ACCOUNT,
          ({ annotations: { [ROLE_ANNOTATION]: _role, ...annotations } }) => ({
            annotations,
          }),
        ),
      ["edit-service-account"],
    ],
    [
      "all annotations were removed",
      (world) => world.editServiceAccount(SERVICE_ACCOUNT, () => ({ annotations: {} })),
      ["edit-service-account"],
    ],
    [
      "the policy was detached",
      (world) => world.editRole(world.roleOf(aDesire()), () => ({ attached: [] })),
      ["attach-policy"],
    ],
    ["the role was deleted", (world) => world.iam.roles.clear(), ["create-role", "attach-policy"]],
    [
      "our statement was removed from the trust policy",
      (world) =>
        world.editRole(world.roleOf(aDesire()), ({ role }) => ({
          role: { ...role, trust: { ...role.trust, Statement: [DENY_OTHERS] } },
        })),
      ["edit-role"],
    ],
    [
      "the provider lost the audience",
      (world) => world.withProvider({ clientIds: ["other"], tags: { team: "platform" } }),
      ["edit-provider"],
    ],
    ["the provider was deleted", (world) => world.iam.providers.clear(), ["create-provider"]],
  ])("repairs what was broken: %s", async (_name, breakIt, kinds) => {
    const world = await settled();
    breakIt(world);
    const desired = aDesire({ associate: true });
    const plan = await bringAbout(world, desired);
    expect(kindsOf(plan)).toEqual(kinds);
    expect((await planIn(world, desired)).changes).toEqual([]);
    const token = await world.kubernetes.requestToken(desired.serviceAccount, "sts.amazonaws.com", 600);
    expect(await world.aws.sts.assumeWithToken({ role: plan.role, token, sessionName: "s" })).toMatchObject({
      accepted: true,
    });
  });

  it("adds what is newly asked for, records it as ours, and detaches nothing", async () => {
    const world = await settled();
    world.editRole(world.roleOf(aDesire()), ({ attached }) => ({
      attached: [...attached, ownPolicy("by-hand")],
    }));
    const role = managed({
      policies: [S3_READ],
      inline: INLINE,
      boundary: ownPolicy("edge"),
      maxSessionSeconds: 7200,
      tags: { team: "payments" },
    });
    world.withPolicy(ownPolicy("edge"));
    const plan = await bringAbout(world, aDesire({ role, labels: { team: "payments" } }));
    expect(kindsOf(plan)).toEqual([
      "edit-role",
      "attach-policy",
      "put-inline-policy",
      "edit-service-account",
    ]);
    expect(plan.notes).toMatchObject([{ level: "info", code: "attached-beyond" }]);
    expect(plan.notes[0]?.message).toContain("CloudWatchAgentServerPolicy, by-hand");
    const stored = world.role(plan.role);
    expect(stored).toMatchObject({
      attached: [CLOUDWATCH, ownPolicy("by-hand"), S3_READ],
      inline: { irsa: INLINE },
      role: { boundary: ownPolicy("edge"), maxSessionSeconds: 7200 },
    });
    expect(stored.role.tags["team"]).toBe("payments");
    expect(stored.role.tags["irsa/attached"]?.split(" ").toSorted()).toEqual(
      [CLOUDWATCH, S3_READ].map(attachmentHash).toSorted(),
    );
    expect(world.serviceAccount().labels["team"]).toBe("payments");
  });

  it("does not claim an attachment that somebody else made", async () => {
    const world = await settled();
    world.editRole(world.roleOf(aDesire()), ({ attached }) => ({ attached: [...attached, S3_READ] }));
    const plan = await planIn(world, aDesire({ role: managed({ policies: [CLOUDWATCH, S3_READ] }) }));
    expect(plan.changes).toEqual([]);
  });

  it("writes an inline policy only where it says something else", async () => {
    const desired = aDesire({ role: managed({ policies: [], inline: INLINE }) });
    const world = await settled(desired);
    const reordered = fromOperator({
      ...INLINE_DOCUMENT,
      Statement: listOf(INLINE.Statement).map((one) => ({ ...one, Action: ["s3:GetObject"] })),
    });
    const same = aDesire({ role: managed({ policies: [], inline: reordered }) });
    expect((await planIn(world, same)).changes).toEqual([]);
    const wider = fromOperator({
      ...INLINE_DOCUMENT,
      Statement: listOf(INLINE.Statement).map((one) => ({ ...one, Action: "s3:Get*" })),
    });
    const plan = await planIn(world, aDesire({ role: managed({ policies: [], inline: wider }) }));
    expect(changeOf(plan, "put-inline-policy")).toMatchObject({ before: INLINE, after: wider });
  });

  it("keeps foreign statements of a trust policy when it puts ours back", async () => {
    const world = await settled();
    const role = world.roleOf(aDesire());
    world.editRole(role, (found) => ({
      role: { ...found.role, trust: { Version: "2008-10-17", Statement: EC2 } },
    }));
    await bringAbout(world, aDesire({ sharedRoles: [ROLE_NAME] }));
    const ours = listOf(world.trustOf(aDesire()).Statement);
    expect(world.role(role).role.trust).toEqual({ Version: "2008-10-17", Statement: [EC2, ...ours] });
  });

  it("lets another audience in and the old one go, in one write", async () => {
    const world = await settled();
    world.withProvider({ clientIds: ["sts.amazonaws.com", "my-app"] });
    const desired = aDesire({ audience: anAudience("my-app") });
    const plan = await bringAbout(world, desired);
    expect(kindsOf(plan)).toEqual(["edit-role", "edit-service-account"]);
    expect(world.role(plan.role).role.trust).toEqual(world.trustOf(desired));
    expect(world.serviceAccount().annotations[AUDIENCE_ANNOTATION]).toBe("my-app");
    await bringAbout(world, aDesire({ audience: "sts.amazonaws.com" }));
    expect(world.serviceAccount().annotations[AUDIENCE_ANNOTATION]).toBe("sts.amazonaws.com");
    expect(world.role(plan.role).role.trust).toEqual(world.trustOf(aDesire()));
  });

  it("keeps to a role of ours that was made under another name", async () => {
    const named = aDesire({ role: managed({ name: "agent" as never }) });
    const world = await settled(named);
    const plan = await planIn(world, aDesire());
    expect(plan).toMatchObject({ changes: [], role: "arn:aws:iam::111122223333:role/agent" });
  });
});

describe("a trust policy of ours that someone has changed", () => {
  it("stops where an explicit Deny keeps the ServiceAccount out", async () => {
    const world = await settled();
    const role = world.roleOf(aDesire());
    world.editRole(role, (found) => ({
      role: { ...found.role, trust: denying(listOf(found.role.trust.Statement)) },
    }));
    const stop = await stopOf(planIn(world, aDesire()));
    expect(stop).toMatchObject({ kind: "refused", code: "trust-denies" });
    expect(textOf(stop)).toContain(role);
    expect(world.log.writes).toEqual([]);
  });

  it.each<readonly [string, Statement["Condition"], string]>([
    ["a key that can't be known", { StringNotEquals: { "aws:SourceVpc": "vpc-1" } }, "aws:SourceVpc"],
    ["a part that can't be read", { Nonsense: { "aws:SourceVpc": "x" } }, "a statement that can't be parsed"],
  ])("warns where it hangs on %s", async (_name, condition, named) => {
    const world = await settled();
    world.editRole(world.roleOf(aDesire()), (found) => ({
      role: { ...found.role, trust: denying(listOf(found.role.trust.Statement), condition) },
    }));
    const plan = await planIn(world, aDesire());
    expect(plan.changes).toEqual([]);
    expect(plan.notes).toMatchObject([{ level: "warning", code: "trust-conditional" }]);
    expect(plan.notes[0]?.message).toContain(named);
  });

  it("warns beyond IAM's usual length, and stops beyond its greatest", async () => {
    const world = await settled();
    const role = world.roleOf(aDesire());
    const filled = (count: number) =>
      trustPolicy(Array.from({ length: count }, (_, i) => ({ ...EC2, Sid: `Filler${i}` })));
    const fill = (count: number) =>
      world.editRole(role, (found) => ({ role: { ...found.role, trust: filled(count) } }));
    fill(20);
    const plan = await planIn(world, aDesire({ sharedRoles: [ROLE_NAME] }));
    expect(plan.notes).toMatchObject([{ level: "warning", code: "trust-size" }]);
    expect(plan.notes[0]?.message).toMatch(/has 2\d{3} characters; IAM's default quota is 2048/);
    fill(100);
    const stop = await stopOf(planIn(world, aDesire({ sharedRoles: [ROLE_NAME] })));
    expect(stop.code).toBe("trust-size");
    expect(stop.message).toMatch(/would have \d+ characters; IAM allows at most 8192/);
  });
});

describe("a cluster that was rebuilt under its old name", () => {
  async function rebuilt(desired = aDesire()): Promise<World> {
    const old = aWorld(aCluster({ issuer: OLD_ISSUER })).withProvider({
      clientIds: ["sts.amazonaws.com", "my-app"],
    });
    await bringAbout(old, desired);
    const world = aWorld().withProvider({ clientIds: ["sts.amazonaws.com", "my-app"] });
    for (const [name, role] of old.iam.roles) world.iam.roles.set(name, role);
    return world;
  }

  it.each([
    ["the same audience", aDesire(), aDesire()],
    ["another audience", aDesire({ audience: anAudience("my-app") }), aDesire()],
  ])("stops, since moving the trust is for the flag that says so: %s", async (_name, then, now) => {
    const world = await rebuilt(then);
    const stop = await stopOf(planIn(world, now));
    expect(stop).toMatchObject({ kind: "refused", code: "trust-move" });
    expect(textOf(stop)).toContain(OLD_ISSUER.slice("https://".length));
    expect(textOf(stop)).toContain("--add-trust");
    expect(stop.detail.command?.join(" ")).toBe(
      `irsa migrate-trust --from ${OLD_ISSUER} --to eks-work-cluster`,
    );
    expect(world.log.writes).toEqual([]);
  });

  it("lets this cluster in too with --add-trust", async () => {
    const world = await rebuilt();
    const before = listOf(world.role(world.roleOf(aDesire())).role.trust.Statement);
    const plan = await bringAbout(world, aDesire({ addTrust: true }));
    expect(kindsOf(plan)).toEqual(["edit-role", "create-namespace", "create-service-account"]);
    expect(world.role(plan.role).role.trust.Statement).toEqual([
      ...before,
      ...listOf(world.trustOf(aDesire()).Statement),
    ]);
  });
});
