import { assert, asyncProperty } from "fast-check";
import { describe, expect, it } from "vitest";
import { known } from "../../src/model/known.ts";
import { roleRef, type RoleArn } from "../../src/model/arn.ts";
import { liveFile, rolesWithInline } from "../../src/config/live-file.ts";
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

  it.each<readonly [string, (world: World) => void, readonly string[]]>([
    ["with its ServiceAccount", () => undefined, []],
    ["without its ServiceAccount", (world) => world.api.serviceAccounts.delete(AGENT), []],
    ["without its association", (world) => world.associations.delete(AGENT), []],
    [
      "beside an annotation, which alone is in it",
      (world) => world.withServiceAccount(AGENT, annotatedWith(ownRole("agent"))),
      ["cloudwatch-agent"],
    ],
  ])("leaves out a role by EKS Pod Identity, and tells so: %s", async (_name, edit, names) => {
    const world = aWorld().withPolicy(CLOUDWATCH).withProvider();
    const role = managed({ policies: [CLOUDWATCH] });
    await bringAbout(world, aDesire({ role, podIdentity: { withoutSessionTags: false } }));
    world.withRole(ownRole("agent"), { trust: world.trustOf(aDesire()) });
    edit(world);
    const { text, notes } = await live(world);
    expect(read(text).serviceAccounts.map(({ serviceAccount }) => serviceAccount.name)).toEqual(names);
    expect(notes).toContainEqual(
      expect.stringMatching(
        /^amazon-cloudwatch\/cloudwatch-agent: .* by EKS Pod Identity.*apply does not set up$/,
      ),
    );
    await expectNoChange(world);
  });
});

const AGENT = "amazon-cloudwatch/cloudwatch-agent";

const annotatedWith = (role: RoleArn) => ({ annotations: { "eks.amazonaws.com/role-arn": role } });
