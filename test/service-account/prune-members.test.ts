import { expect, it } from "vitest";
import { TAG } from "../../src/model/ownership-tags.ts";
import { serviceAccountPath } from "../../src/model/service-account-ref.ts";
import { observeListing } from "../../src/service-account/list/observe.ts";
import { membersOf, preparePrune } from "../../src/service-account/fleet/prune.ts";
import { aDesire, aServiceAccount, managed } from "../fakes/values.ts";
import { bringAbout } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const desired = aDesire({ serviceAccount: aServiceAccount("pay/one"), role: managed({ set: "payments" }) });

async function withTags(tags: Readonly<Record<string, string>>): Promise<World> {
  const world = aWorld().withProvider();
  await bringAbout(world, desired);
  world.editRole(world.roleOf(desired), ({ role }) => ({
    role: { ...role, tags: { ...role.tags, ...tags } },
  }));
  return world;
}

const ports = (world: World) => ({ iam: world.aws.iam, eks: world.aws.eks, kubernetes: world.kubernetes });

it.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
  ["every tag says so", {}, ["pay/one"]],
  ["another tool manages it", { [TAG.managedBy]: "other" }, []],
  ["irsa adopted it", { [TAG.origin]: "adopted" }, []],
  ["it is of another cluster", { [TAG.clusterArn]: "arn:aws:eks:eu-west-1:111122223333:cluster/other" }, []],
  ["it is of another set", { [TAG.set]: "search" }, []],
  ["its namespace is not one", { [TAG.namespace]: "PAY" }, []],
  ["its ServiceAccount is not one", { [TAG.serviceAccount]: "One" }, []],
])("a role is a member of a set where %s", async (_where, tags, members) => {
  const world = await withTags(tags);
  const listing = await observeListing({}, world.cluster, ports(world));
  expect(
    membersOf("payments", listing).map(({ serviceAccount }) => serviceAccountPath(serviceAccount)),
  ).toEqual(members);
});

it("a member that goes takes its ServiceAccount and its role along", async () => {
  const world = await withTags({});
  const rows = await preparePrune(
    { set: "payments", stay: [aServiceAccount("pay/two")], most: 1, clusterFlags: [] },
    world.cluster,
    ports(world),
  );
  expect(rows).toMatchObject([
    { state: "pruned", removal: { role: { fate: "deleted" }, serviceAccountFate: "deleted" } },
  ]);
});

it("a member whose trust policy accepts others too stays, less irsa's statement and tags", async () => {
  const world = await withTags({});
  world.editRole(world.roleOf(desired), ({ role }) => ({
    role: {
      ...role,
      trust: {
        ...role.trust,
        Statement: [
          ...[role.trust.Statement].flat(),
          { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      },
    },
  }));
  const rows = await preparePrune(
    { set: "payments", stay: [aServiceAccount("pay/two")], most: 1, clusterFlags: [] },
    world.cluster,
    ports(world),
  );
  expect(rows).toMatchObject([{ state: "pruned", removal: { role: { fate: "released" } } }]);
});
