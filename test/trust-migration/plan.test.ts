import { describe, expect, it, test } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { roleRef, type ProviderArn } from "../../src/model/arn.ts";
import { parseIssuerUrl } from "../../src/model/issuer.ts";
import { roleOwnershipTags, TAG } from "../../src/model/ownership-tags.ts";
import { listOf, type PolicyDocument, type Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { aMove, moveIn, OLD_CLUSTER } from "../fakes/moves.ts";
import {
  anAudience,
  aDesire,
  aServiceAccount,
  aRoleName,
  AUDIENCE,
  INLINE,
  ownRole,
  right,
  EC2,
} from "../fakes/values.ts";
import { applyAll, applyTo, aRemoval, planIn, removalIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld, World } from "../fakes/world.ts";

const blue = new World(OLD_CLUSTER);
const CART = aServiceAccount("shop/cart");
const AGENT = aServiceAccount("amazon-cloudwatch/cloudwatch-agent");
const READER = ownRole("team/reader");
const SHARED = ownRole("shared");
const BYSTANDER = ownRole("bystander");

const blueTrust = (serviceAccount = CART, audience: string = AUDIENCE): PolicyDocument =>
  blue.trustOf({ serviceAccount, audience });
const both = (...documents: readonly PolicyDocument[]): PolicyDocument =>
  trustPolicy(documents.flatMap(({ Statement: one }) => listOf(one)));

/** Green, the world's cluster, with a provider; two roles that trust blue, and one that does not. */
function green(): World {
  return aWorld()
    .withProvider()
    .withRole(READER, { trust: blueTrust(), tags: { team: "shop" } })
    .withRole(SHARED, { trust: both(trustPolicy([EC2]), blueTrust(AGENT)) })
    .withRole(BYSTANDER, { trust: trustPolicy([EC2]) }, { inline: { theirs: INLINE } });
}

describe("a move", () => {
  it("lets the new issuer in beside the old one, in one write a role", async () => {
    const world = green();
    const plan = await moveIn(world, aMove(world, "beside"));
    expect(plan.notes).toEqual([]);
    world.log.clear();
    await applyAll(world, plan.changes);
    expect(world.log.writes).toEqual(["iam.setTrust", "iam.setTrust"]);
    expect(world.role(READER).role.trust).toEqual(both(blueTrust(), world.trustOf({ serviceAccount: CART })));
    expect(world.role(SHARED).role.trust).toEqual(
      both(trustPolicy([EC2]), blueTrust(AGENT), world.trustOf({ serviceAccount: AGENT })),
    );
    expect((await moveIn(world, aMove(world, "beside"))).changes).toEqual([]);
  });

  it("puts it in the old one's place, immediately or after it stood beside", async () => {
    const [once, twice] = [green(), green()];
    await applyAll(once, (await moveIn(once, aMove(once, "replace"))).changes);
    for (const way of ["beside", "replace"] as const)
      await applyAll(twice, (await moveIn(twice, aMove(twice, way))).changes);
    expect(twice.snapshot()).toEqual(once.snapshot());
    expect(once.role(READER).role.trust).toEqual(once.trustOf({ serviceAccount: CART }));
    const { changes, rows } = await moveIn(once, aMove(once, "replace"));
    expect({ changes, rows }).toEqual({ changes: [], rows: [] });
  });

  it("leaves other roles alone, and takes only those that are asked for", async () => {
    const world = green();
    const { changes, notes } = await moveIn(world, aMove(world, "beside"), { include: ["read*", "none*"] });
    expect(changes.map((change) => "arn" in change && change.arn)).toEqual([READER]);
    expect(notes.map(({ message }) => message)).toEqual([
      "no role that names the old issuer matches 'none*'",
      "1 of 2 roles are excluded by --include and --exclude",
    ]);
  });

  it("writes over nobody's edit", async () => {
    const world = green();
    const { changes } = await moveIn(world, aMove(world, "beside"));
    world.editRole(READER, ({ role }) => ({ role: { ...role, trust: trustPolicy([EC2]) } }));
    const steps = await applyTo(world, changes);
    expect(steps.filter(({ state }) => state === "failed")).toMatchObject([
      { failure: { code: "conflict" } },
    ]);
    expect(world.role(READER).role.trust).toEqual(trustPolicy([EC2]));
    expect(listOf(world.role(SHARED).role.trust.Statement)).toHaveLength(3);
  });
});

it("an issuer in other upper and lower case is told as the trust policies have it, and moves nothing", async () => {
  const world = green();
  const move = aMove(world, "replace", "new");
  const lower = { ...move.from, issuer: right(parseIssuerUrl(move.from.issuer.toLowerCase())) };
  const from = { ...lower, provider: move.from.provider.toLowerCase() as ProviderArn };
  const { changes, rows } = await moveIn(world, { ...move, from });
  expect(changes).toEqual([]);
  const failures = rows.map((row) => (row.state === "failed" ? textOf(row.failure) : ""));
  expect(failures).toEqual([
    expect.stringContaining(move.from.provider),
    expect.stringContaining(move.from.provider),
  ]);
});

describe("the new issuer's provider", () => {
  it("must be there", async () => {
    const world = green();
    world.iam.providers.clear();
    const stop = await stopOf(moveIn(world, aMove(world, "beside")));
    expect(stop.code).toBe("provider-missing");
    expect(textOf(stop)).toContain("irsa associate-oidc --cluster eks-work-cluster --approve");
    const byUrl = await stopOf(moveIn(world, aMove(world, "beside", "none")));
    expect(textOf(byUrl)).toContain("--to CLUSTER");
  });

  it("is made first where that is asked for, with the audiences that are asked for beside the default", async () => {
    const world = green().withRole(ownRole("odd"), { trust: blueTrust(CART, "my-app") });
    world.iam.providers.clear();
    const audiences = [anAudience("my-app")];
    const { changes } = await moveIn(world, aMove(world, "replace"), { associate: true, audiences });
    expect(changes.map(({ kind }) => kind)).toEqual([
      "create-provider",
      "edit-role",
      "edit-role",
      "edit-role",
    ]);
    await applyAll(world, changes);
    expect([...world.iam.providers.values()]).toMatchObject([{ clientIds: [AUDIENCE, "my-app"] }]);
  });

  it("is made to take no audience that trust policies alone ask for, which is told", async () => {
    const world = green().withRole(ownRole("odd"), { trust: blueTrust(CART, "my-app") });
    world.iam.providers.clear();
    const { changes, notes } = await moveIn(world, aMove(world, "replace"), { associate: true });
    expect(changes[0]).toMatchObject({ kind: "create-provider", clientIds: [AUDIENCE] });
    expect(notes).toMatchObject([{ code: "audience-missing" }, { code: "old-pods-lose-role" }]);
    expect(notes[0]?.message).toContain("'my-app'");
  });

  it("is made to take no audience that a Deny names, nor one that the old one does not take", async () => {
    const [kept] = listOf(blueTrust(CART, "evil").Statement);
    if (kept === undefined) throw new TypeError("no statement");
    const trust = both(blueTrust(CART, "other"), {
      Version: "2012-10-17",
      Statement: { ...kept, Effect: "Deny" },
    });
    const world = green().withRole(ownRole("odd"), { trust });
    world.iam.providers.clear();
    const arn = aMove(world, "beside").from.provider;
    world.iam.providers.set(arn, { arn, clientIds: [AUDIENCE, "evil"], thumbprints: [], tags: {} });
    const { changes } = await moveIn(world, aMove(world, "beside"), { associate: true });
    expect(changes[0]).toMatchObject({ kind: "create-provider", clientIds: [AUDIENCE] });
  });

  it.each([
    ["is told to lack an audience that the old one takes", ["my-app"], 1],
    ["is not blamed for an audience that the old one lacks too", ["other"], 0],
  ])("%s", async (_what, clientIds, expected) => {
    const world = green().withRole(ownRole("odd"), { trust: blueTrust(CART, "my-app") });
    const arn = aMove(world, "beside").from.provider;
    world.iam.providers.set(arn, { arn, clientIds, thumbprints: [], tags: {} });
    const { notes } = await moveIn(world, aMove(world, "beside"));
    expect(notes.filter(({ code }) => code === "audience-missing")).toHaveLength(expected);
  });
});

describe("the size of trust policies", () => {
  const crowded = (count: number): PolicyDocument =>
    both(...Array.from({ length: count }, (_, at) => blueTrust(aServiceAccount(`shop/cart-${at}`))));

  it("is held against the quota for all roles before the first write", async () => {
    const world = green()
      .withRole(ownRole("crowded"), { trust: crowded(3) })
      .withRole(ownRole("full"), { trust: crowded(4) });
    const stop = await stopOf(moveIn(world, aMove(world, "beside")));
    expect(stop).toMatchObject({ code: "trust-size", kind: "refused" });
    expect(stop.detail.facts?.map(([name]) => name)).toEqual(["crowded", "full"]);
    expect(textOf(stop)).toMatch(/crowded \d{4} characters\nfull \d{4} characters/);
    expect(textOf(stop)).toContain("--replace");
    expect(textOf(stop)).toContain("--quota-code L-C07B4B0D");
    expect((await moveIn(world, aMove(world, "replace"))).changes).toHaveLength(4);
    const left = await moveIn(world, aMove(world, "beside"), { exclude: ["crowded", "full"] });
    expect(left.changes).toHaveLength(2);
  });

  it("is held against the account's own quota", async () => {
    const world = green().withRole(ownRole("crowded"), { trust: crowded(3) });
    world.iam.quota.trustCharacters = 4096;
    expect((await moveIn(world, aMove(world, "beside"))).changes).toHaveLength(3);
  });

  it("is held against the usual quota, and that is said, where it can't be read", async () => {
    const world = green();
    world.log.deny("iam.getAccountSummary");
    const { notes } = await moveIn(world, aMove(world, "beside"));
    expect(notes).toMatchObject([{ code: "quota-unknown", level: "warning" }]);
    world.withRole(ownRole("crowded"), { trust: crowded(3) });
    expect((await stopOf(moveIn(world, aMove(world, "beside")))).code).toBe("trust-size");
  });
});

describe("what can't be known or moved", () => {
  it("roles that may not be listed stop everything", async () => {
    const world = green();
    world.log.deny("iam.listRoles");
    expect(await stopOf(moveIn(world, aMove(world, "beside")))).toMatchObject({ kind: "denied" });
  });

  it("a provider that can't be read is not taken for missing", async () => {
    const world = green();
    world.log.deny("iam.getProvider");
    expect(await stopOf(moveIn(world, aMove(world, "beside")))).toMatchObject({ kind: "denied" });
  });

  it("a role that can't be read is a row that says so, and the rest go on", async () => {
    const world = green();
    world.log.fail("iam.getRole", "before", new Failure("denied", "access-denied", "not permitted"));
    const { rows, changes } = await moveIn(world, aMove(world, "beside"));
    expect(rows.map(({ state }) => state).toSorted()).toEqual(["failed", "planned"]);
    expect(changes).toHaveLength(1);
  });

  it("so is a trust policy that IAM gives in no readable form", async () => {
    const world = green();
    const { iam } = world.aws;
    const listRoles = async () =>
      (await iam.listRoles()).map((one) => (one.arn === BYSTANDER ? { ...one, trust: undefined } : one));
    const blurred = Object.assign(Object.create(world) as World, {
      aws: { ...world.aws, iam: { ...iam, listRoles } },
    });
    const { rows, changes } = await moveIn(blurred, aMove(world, "beside"));
    expect(rows.filter(({ state }) => state === "failed")).toMatchObject([
      { name: "bystander", failure: { code: "unreadable-trust" } },
    ]);
    expect(changes).toHaveLength(2);
  });

  it("a Deny that can't be moved by rule leaves its role to its owner", async () => {
    const { issuerHostPath, subject } = blue.grantOf({ serviceAccount: CART });
    const deny: Statement = {
      Effect: "Deny",
      Principal: "*",
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringNotEquals: { [`${issuerHostPath}:sub`]: subject } },
    };
    const world = green().withRole(SHARED, { trust: both(blueTrust(), trustPolicy([deny])) });
    const { rows, changes } = await moveIn(world, aMove(world, "beside"));
    const failed = rows.find((row) => row.state === "failed");
    expect(failed).toMatchObject({ name: "shared", failure: { code: "trust-would-differ" } });
    expect(failed && textOf(failed.failure)).toContain(
      "deny 'system:serviceaccount:shop:cart' of the new issuer",
    );
    expect(changes).toHaveLength(1);
  });

  it("the old issuer in a form that IAM does not know is pointed out", async () => {
    const world = green();
    const spoilt = JSON.parse(
      JSON.stringify(blueTrust()).replaceAll('"oidc.', '"https://oidc.'),
    ) as PolicyDocument;
    world.withRole(SHARED, {
      trust: { ...spoilt, Statement: listOf(spoilt.Statement).map(federatedElsewhere) },
    });
    const { notes, changes } = await moveIn(world, aMove(world, "beside"));
    expect(notes).toMatchObject([{ code: "issuer-misplaced" }]);
    expect(changes).toHaveLength(1);
  });

  it("a slip in the old issuer's name is met with those that roles do trust", async () => {
    const world = aWorld()
      .withProvider()
      .withRole(READER, { trust: aWorld().trustOf({ serviceAccount: CART }) });
    const { notes, rows } = await moveIn(world, aMove(world, "beside"));
    expect(rows).toEqual([]);
    expect(notes.map(({ message }) => message).join()).toContain(aMove(world, "beside").to.provider);
  });
});

const federatedElsewhere = (statement: Statement): Statement => ({
  ...statement,
  Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/elsewhere" },
});

describe("irsa's own roles", () => {
  const ARN = blue.roleOf({ serviceAccount: AGENT });
  const owned = (trust = blueTrust(AGENT), cluster = OLD_CLUSTER): World =>
    aWorld()
      .withProvider()
      .withRole(ARN, { trust, tags: roleOwnershipTags(cluster, AGENT, "created", []) });
  const ownerAfter = async (
    world: World,
    ...move: Parameters<typeof aMove> extends [World, ...infer Rest] ? Rest : never
  ) => {
    const { changes } = await moveIn(world, aMove(world, ...move));
    await applyAll(world, changes);
    return world.role(ARN).role.tags[TAG.clusterArn];
  };

  it("stay the old cluster's while both are allowed", async () =>
    expect(await ownerAfter(owned(), "beside")).toBe(OLD_CLUSTER.arn));

  it.each(["both", "new"] as const)(
    "are the new cluster's once it took the old one's place (%s)",
    async (known) => {
      const world = owned();
      expect(await ownerAfter(world, "replace", known)).toBe(world.cluster.arn);
      expect((await moveIn(world, aMove(world, "replace", known))).changes).toEqual([]);
    },
  );

  it("of another cluster that only shared them stay that one's", async () => {
    const red = new World({ ...OLD_CLUSTER, ...aWorldOf("red") });
    const shared = both(red.trustOf({ serviceAccount: AGENT }), blueTrust(AGENT));
    for (const known of ["both", "new"] as const)
      expect(await ownerAfter(owned(shared, red.cluster), "replace", known)).toBe(red.cluster.arn);
  });

  it("go on naming the old cluster, and that is said, where only the new issuer is known", async () => {
    const world = owned();
    expect((await moveIn(world, aMove(world, "replace", "none"))).notes).toMatchObject([
      { code: "old-pods-lose-role" },
      { code: "marks-stay" },
    ]);
    expect(await ownerAfter(world, "replace", "none")).toBe(OLD_CLUSTER.arn);
  });

  test("the new cluster's ServiceAccount takes the role, keeps it, and its removal removes it", async () => {
    const world = owned();
    await ownerAfter(world, "replace");
    world.withServiceAccount("amazon-cloudwatch/cloudwatch-agent", {
      annotations: { "eks.amazonaws.com/role-arn": ARN },
    });
    const { changes, role } = await planIn(world, aDesire({ adopt: true }));
    expect(role).toBe(ARN);
    await applyAll(world, changes);
    expect(world.iam.roles.size).toBe(1);
    // The name is computed for the old cluster, and the ServiceAccount is not irsa's: the operator must say so.
    expect(await stopOf(removalIn(world))).toMatchObject({ code: "role-unproven" });
    const removal = await removalIn(world, aRemoval({ roleName: aRoleName(roleRef(ARN).name) }));
    expect(removal.role).toMatchObject({ arn: ARN, fate: "deleted" });
  });

  test("while both are allowed, the new cluster's removal leaves the old one's role", async () => {
    const world = owned();
    await ownerAfter(world, "beside");
    world.withServiceAccount("amazon-cloudwatch/cloudwatch-agent", {
      annotations: { "eks.amazonaws.com/role-arn": ARN },
      labels: { "app.kubernetes.io/managed-by": "irsa" },
    });
    const { role } = await removalIn(world);
    expect(role.fate).not.toBe("deleted");
  });

  test("a cluster rebuilt under its old name finds its roles again", async () => {
    const rebuilt = { ...OLD_CLUSTER, issuer: aWorld().cluster.issuer };
    const world = new World(rebuilt)
      .withProvider()
      .withRole(ARN, { trust: blueTrust(AGENT), tags: roleOwnershipTags(rebuilt, AGENT, "created", []) });
    expect((await stopOf(planIn(world, aDesire()))).code).toBe("trust-move");
    await applyAll(world, (await moveIn(world, aMove(world, "replace", "new"))).changes);
    const plan = await planIn(world, aDesire());
    expect(plan.role).toBe(ARN);
    expect(plan.changes.map(({ kind }) => kind)).not.toContain("create-role");
  });
});

function aWorldOf(name: string) {
  return {
    arn: `arn:aws:eks:ap-northeast-2:111122223333:cluster/${name}` as typeof OLD_CLUSTER.arn,
    name,
    issuer: `https://oidc.eks.ap-northeast-2.amazonaws.com/id/${name}` as typeof OLD_CLUSTER.issuer,
  };
}
