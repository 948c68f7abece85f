import { changeable, createdRole } from "../../src/model/authority.ts";
import { boundaryEdit } from "../../src/model/boundary-edit.ts";
import { fromOperator } from "../../src/model/source.ts";
import { describe, expect, it } from "vitest";
import type { Change } from "../../src/model/change.ts";
import { serviceAccountDigest, providerDigest, roleDigest } from "../../src/model/observed-digest.ts";
import { providerArn } from "../../src/model/issuer.ts";
import { CLOUDWATCH, INLINE, ownPolicy, ownRole } from "../fakes/values.ts";
import { applyTo } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const ROLE = ownRole("agent");
const PATH = "monitoring/agent";

function laden(): World {
  return aWorld()
    .withProvider()
    .withServiceAccount(PATH, { labels: { team: "a", tier: "b" }, annotations: { note: "x" } })
    .withRole(
      ROLE,
      { tags: { Team: "a", keep: "b" }, boundary: ownPolicy("edge") },
      { attached: [CLOUDWATCH], inline: { irsa: INLINE }, profiles: ["nodes"] },
    );
}

function removals(world: World): Record<string, Change> {
  const { ref, resourceVersion } = world.serviceAccount(PATH);
  const arn = providerArn(world.cluster, world.cluster.issuer);
  const provider = world.iam.providers.get(arn);
  if (provider === undefined) throw new Error("no provider");
  return {
    serviceAccount: {
      kind: "delete-service-account",
      role: ROLE,
      serviceAccount: ref,
      observed: serviceAccountDigest(world.serviceAccount(PATH)),
      resourceVersion,
    },
    attachment: { kind: "detach-policy", role: changeable({ arn: ROLE }), policy: CLOUDWATCH },
    inline: { kind: "delete-inline-policy", role: changeable({ arn: ROLE }), name: "irsa", before: INLINE },
    profile: { kind: "leave-instance-profile", role: changeable({ arn: ROLE }), profile: "nodes" },
    role: {
      kind: "delete-role",
      arn: changeable({ arn: ROLE }),
      observed: roleDigest(world.role(ROLE).role),
    },
    provider: { kind: "delete-provider", arn, observed: providerDigest(provider) },
  };
}

describe("taking down", () => {
  it("removes ServiceAccount, what is attached to the role, the role and the provider, in the plan's order", async () => {
    const world = laden();
    const steps = await applyTo(world, Object.values(removals(world)));
    expect(steps.filter(({ state }) => state === "failed")).toEqual([]);
    const { writes } = world.log;
    expect(writes[0]).toBe("kubernetes.deleteServiceAccount");
    expect(writes.slice(1, -2).toSorted()).toEqual([
      "iam.deleteInlinePolicy",
      "iam.detachPolicy",
      "iam.removeFromInstanceProfile",
    ]);
    expect(writes.slice(-2)).toEqual(["iam.deleteRole", "iam.deleteProvider"]);
    expect(world.snapshot()).toMatchObject({ providers: {}, roles: {}, serviceAccounts: {} });
  });

  it("takes what is gone already for done", async () => {
    const world = laden();
    const changes = Object.values(removals(world));
    await applyTo(world, changes);
    const again = await applyTo(world, changes);
    expect(again.map(({ state }) => state).filter((state) => state === "failed")).toEqual([]);
  });

  it.each<readonly [string, (world: World) => void]>([
    ["serviceAccount", (world) => world.editServiceAccount(PATH, () => ({ labels: {} }))],
    ["inline", (world) => world.editRole(ROLE, () => ({ inline: { irsa: { Statement: [] } } }))],
    ["role", (world) => world.editRole(ROLE, ({ role }) => ({ role: { ...role, tags: {} } }))],
    ["provider", (world) => world.withProvider({ clientIds: ["other"] })],
  ])("stops where someone has changed it meanwhile: %s", async (name, edit) => {
    const world = laden();
    const change = removals(world)[name];
    edit(world);
    const before = world.snapshot();
    const steps = await applyTo(world, change === undefined ? [] : [change]);
    expect(steps.at(-1)).toMatchObject({ state: "failed", failure: { code: "conflict" } });
    expect(world.snapshot()).toEqual(before);
  });
});

it("takes tags, boundary, labels and annotations off by name, and leaves the others", async () => {
  const world = laden();
  const serviceAccount = world.serviceAccount(PATH);
  await applyTo(world, [
    {
      kind: "edit-role",
      arn: createdRole({ arn: ROLE }),
      boundary: boundaryEdit(createdRole({ arn: ROLE }), ownPolicy("edge"), { remove: fromOperator(true) }),
      unsetTags: ["Team"],
      observed: roleDigest(world.role(ROLE).role),
    },
    {
      kind: "edit-service-account",
      role: ROLE,
      serviceAccount: serviceAccount.ref,
      setLabels: {},
      setAnnotations: {},
      unsetLabels: ["team"],
      unsetAnnotations: ["note"],
      before: { labels: { team: "a" }, annotations: { note: "x" } },
      observed: serviceAccountDigest(serviceAccount),
      resourceVersion: serviceAccount.resourceVersion,
    },
  ]);
  expect(world.role(ROLE).role.tags).toEqual({ keep: "b" });
  expect(world.role(ROLE).role.boundary).toBeUndefined();
  expect(world.serviceAccount(PATH)).toMatchObject({ labels: { tier: "b" }, annotations: {} });
});
