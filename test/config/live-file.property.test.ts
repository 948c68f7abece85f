import { assert, asyncProperty } from "fast-check";
import { describe, expect, it } from "vitest";
import { known } from "../../src/model/known.ts";
import { roleRef, type RoleArn } from "../../src/model/arn.ts";
import { liveFile, rolesWithInline } from "../../src/config/live-file.ts";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import { liveText, unsaidNotes } from "../../src/output/live-text.ts";
import { observeListing } from "../../src/service-account/list/observe.ts";
import {
  aDesire,
  aServiceAccount,
  CLOUDWATCH,
  INLINE,
  managed,
  ownPolicy,
  ownRole,
  S3_READ,
} from "../fakes/values.ts";
import { applyTo, bringAbout } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { arbitraryFile } from "./arbitrary-file.ts";
import { planOf } from "./plan-file.ts";
import { read } from "./read.ts";

async function live(world: World): Promise<{ text: string; notes: string[] }> {
  const { aws, cluster, kubernetes } = world;
  const observed = await observeListing({}, cluster, { iam: aws.iam, eks: aws.eks, kubernetes });
  const documents = rolesWithInline(observed).map(
    (name) => [name, known(world.iam.roles.get(name.toLowerCase())?.inline ?? {})] as const,
  );
  const found = liveFile(observed, new Map(documents));
  return { text: String(liveText(found)), notes: unsaidNotes(found).map(({ message }) => message) };
}

async function expectNoChange(world: World): Promise<void> {
  const plan = await planOf((await live(world)).text, world);
  expect(plan.rows.filter(({ state }) => state === "failed")).toEqual([]);
  expect(plan.changes).toEqual([]);
}

describe("what is live, as a file", () => {
  it("plans to no change, from whatever file it came", async () => {
    await assert(
      asyncProperty(arbitraryFile, async (text) => {
        const world = aWorld().withPolicy(CLOUDWATCH).withPolicy(S3_READ);
        await applyTo(world, (await planOf(text, world)).changes);
        await expectNoChange(world);
      }),
      { numRuns: 40 },
    );
  });

  it("has all that a file can say of a role and its ServiceAccount", async () => {
    const world = aWorld().withProvider().withPolicy(ownPolicy("edge"));
    const role = managed({
      name: "by-name" as never,
      policies: [CLOUDWATCH],
      inline: INLINE,
      boundary: ownPolicy("edge"),
      tags: { team: "yes" },
      path: "/irsa/",
      maxSessionSeconds: 7200,
    });
    await bringAbout(world, aDesire({ role, labels: { tier: "on" }, annotations: { note: "12:30" } }));
    const [serviceAccount] = read((await live(world)).text).serviceAccounts;
    expect(serviceAccount).toMatchObject({
      labels: { tier: "on" },
      annotations: { note: "12:30" },
      role: { name: "by-name", policies: [CLOUDWATCH], boundary: ownPolicy("edge"), tags: { team: "yes" } },
    });
    await expectNoChange(world);
  });

  it("names a role that is not irsa's by its ARN, and leaves out what can't be determined", async () => {
    const world = aWorld().withProvider();
    const theirs: RoleArn = ownRole("made/theirs");
    const trust = world.trustOf(aDesire({ serviceAccount: aServiceAccount("a/b") }));
    world.withRole(theirs, { trust }, { attached: [S3_READ] });
    const annotated = (role: string) => ({ annotations: { "eks.amazonaws.com/role-arn": role } });
    world.withServiceAccount("a/b", annotated(theirs)).withServiceAccount("a/broken", annotated("nonsense"));
    world.withServiceAccount("a/gone", annotated(ownRole("gone"))).withServiceAccount("a/plain");
    const { serviceAccounts } = read((await live(world)).text);
    expect(serviceAccounts.map(({ serviceAccount, role }) => [serviceAccount.name, role])).toEqual([
      ["b", { kind: "existing", arn: theirs }],
    ]);
    expect(roleRef(theirs).name).toBe("theirs");
    await expectNoChange(world);
  });

  it.each<readonly [string, (world: World) => void, object]>([
    ["with its ServiceAccount", () => undefined, { roleOnly: false }],
    ["without its ServiceAccount", (world) => world.api.serviceAccounts.delete(AGENT), { roleOnly: true }],
    [
      "beside an annotation with another role",
      (world) => world.withServiceAccount(AGENT, annotatedWith(ownRole("agent"))),
      { roleOnly: true },
    ],
  ])("has a role by EKS Pod Identity as an association: %s", async (_name, edit, expected) => {
    const world = aWorld().withPolicy(CLOUDWATCH).withProvider();
    const role = managed({ policies: [CLOUDWATCH] });
    await bringAbout(world, aDesire({ role, podIdentity: { withoutSessionTags: false } }));
    world.withRole(ownRole("agent"), { trust: world.trustOf(aDesire()) });
    edit(world);
    expect(read((await live(world)).text).serviceAccounts).toMatchObject([
      {
        serviceAccount: { name: "cloudwatch-agent" },
        podIdentity: { withoutSessionTags: false },
        ...expected,
      },
    ]);
    await expectNoChange(world);
  });

  it("has the associations of others by the ARN of their role, and leaves out those of add-ons", async () => {
    const world = aWorld();
    const theirs = ownRole("made/theirs");
    const grant = podIdentityGrantFor(world.cluster, aServiceAccount("a/b"));
    world.withRole(theirs, { trust: trustPolicy([podIdentityStatement(grant)]) }, { attached: [S3_READ] });
    world.withAssociation("a/b", theirs, { tags: { team: "edge" } }).withServiceAccount("a/b");
    world.withAssociation("a/gone", ownRole("gone"));
    world.withAssociation("a/default", theirs);
    const owner = `arn:aws:eks:ap-northeast-2:111122223333:addon/${world.cluster.name}/x/1`;
    world.withAssociation("a/addon", theirs, { ownerArn: owner });
    const { text, notes } = await live(world);
    const { serviceAccounts } = read(text);
    expect(serviceAccounts).toMatchObject([
      {
        serviceAccount: { namespace: "a", name: "b" },
        roleOnly: true,
        role: { kind: "existing", arn: theirs },
        podIdentity: { tags: { team: "edge" } },
      },
    ]);
    expect(notes).toEqual([
      `a/addon: not in the file: its Pod Identity association with role ${theirs}, which is managed by ${owner}`,
      `a/default: not in the file: 'default' is used by every pod that specifies no ServiceAccount; its role: ${theirs}`,
      `a/gone: not in the file: its role does not exist: ${ownRole("gone")}`,
    ]);
    for (const note of notes)
      expect(text).toContain(`# not in this file: ${note.replace(" not in the file:", "")}`);
    await expectNoChange(world);
  });

  it("has a ServiceAccount with both ways by its association, whose role new pods get", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire({ labels: { tier: "on" } }));
    await bringAbout(world, aDesire({ podIdentity: { withoutSessionTags: false } }));
    const { text, notes } = await live(world);
    expect(read(text).serviceAccounts).toMatchObject([
      { serviceAccount: { name: "cloudwatch-agent" }, podIdentity: {}, roleOnly: false },
    ]);
    const told = notes.join("\n");
    const role = world.association()?.roleArn;
    expect(told).toContain(`its annotation with role ${role}; new pods get the association's`);
    expect(told).toContain("the labels and annotations of the ServiceAccount: tier");
    expect(told).toContain("its trust policy, which has more");
    await expectNoChange(world);
  });

  it("plans an association that was lost again", async () => {
    const world = aWorld();
    await bringAbout(world, aDesire({ podIdentity: { withoutSessionTags: false } }));
    world.associations.clear();
    const plan = await planOf((await live(world)).text, world);
    expect(plan.changes).toMatchObject([{ kind: "create-pod-identity" }]);
  });

  it("says the tags of a role that its association has not", async () => {
    const world = aWorld();
    const role = managed({ tags: { team: "edge" } });
    await bringAbout(world, aDesire({ role, podIdentity: { withoutSessionTags: false } }));
    const { text, notes } = await live(world);
    expect(read(text).serviceAccounts).toMatchObject([{ role: { tags: {} } }]);
    expect(notes).toEqual([
      expect.stringContaining('the tag "team": "edge", which its role has and its association has not'),
    ]);
    await expectNoChange(world);
  });
});

const AGENT = "amazon-cloudwatch/cloudwatch-agent";

const annotatedWith = (role: RoleArn) => ({ annotations: { "eks.amazonaws.com/role-arn": role } });
