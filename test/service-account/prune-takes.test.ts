import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { ORIGIN_ANNOTATION, TAG } from "../../src/model/ownership-tags.ts";
import { serviceAccountPath } from "../../src/model/service-account-ref.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { changesOf } from "../../src/service-account/fleet/plan.ts";
import { preparePrune } from "../../src/service-account/fleet/prune.ts";
import { aDesire, aServiceAccount, aRoleName, managed, ownRole } from "../fakes/values.ts";
import { bringAbout, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const inSet = (path: string, name?: string) =>
  aDesire({
    serviceAccount: aServiceAccount(path),
    role: managed({ set: "payments", ...(name !== undefined && { name: aRoleName(name) }) }),
  });

async function setOf(...paths: readonly string[]): Promise<World> {
  const world = aWorld().withProvider();
  for (const path of paths) await bringAbout(world, inSet(path));
  return world;
}

const prune = (world: World, stay: readonly string[], most?: number) =>
  preparePrune({ set: "payments", stay: stay.map(aServiceAccount), most, clusterFlags: [] }, world.cluster, {
    iam: world.aws.iam,
    eks: world.aws.eks,
    kubernetes: world.kubernetes,
  });

describe("a prune takes", () => {
  it("what goes in the order of its names, however the roles are listed", async () => {
    const world = await setOf("pay/b", "pay/c", "pay/a", "pay/d");
    const rows = await prune(world, ["pay/d"], 3);
    expect(rows.map(({ serviceAccount }) => serviceAccountPath(serviceAccount))).toEqual([
      "pay/a",
      "pay/b",
      "pay/c",
    ]);
  });

  it("a role whose ServiceAccount says that irsa adopted it out of irsa's hands, and nothing else of it", async () => {
    const world = await setOf("pay/a");
    await bringAbout(world, inSet("pay/b", "mine"));
    world.editServiceAccount("pay/b", ({ annotations }) => ({
      annotations: { ...annotations, [ORIGIN_ANNOTATION]: "adopted" },
    }));
    const [row] = await prune(world, ["pay/a"], 1);
    expect(row).toMatchObject({
      state: "pruned",
      removal: { role: { arn: ownRole("mine"), fate: "released" } },
    });
    const edit = (row === undefined ? [] : changesOf(row)).find(({ kind }) => kind === "edit-role");
    expect(edit).toMatchObject({ arn: ownRole("mine") });
    expect(edit).not.toHaveProperty("trust");
  });

  it("role and ServiceAccount, which keeps neither annotation nor label", async () => {
    const world = await setOf("pay/a", "pay/b");
    const rows = await prune(world, ["pay/a"], 1);
    expect(rows.flatMap((row) => changesOf(row).map(({ kind }) => kind))).toEqual([
      "delete-service-account",
      "detach-policy",
      "delete-role",
    ]);
    expect(world.serviceAccount("pay/b").annotations[ROLE_ANNOTATION]).toBeDefined();
  });
});

describe("roles that only tags call irsa's", () => {
  const paths = Array.from({ length: 10 }, (_, at) => `pay/a${at}`);
  const forged = async (...forgeries: readonly string[]) => {
    const world = await setOf(...paths);
    for (const path of forgeries) {
      const arn = ownRole(`forged-${path.slice("pay/".length)}`);
      const tags = {
        ...world.ownershipTagsOf({ serviceAccount: aServiceAccount(path) }),
        [TAG.set]: "payments",
      };
      world.withRole(arn, { trust: trustPolicy([]), tags });
      world.withServiceAccount(path, { annotations: { [ROLE_ANNOTATION]: arn } });
    }
    return world;
  };

  it("do not make a set larger, so that more may go", async () => {
    const news = Array.from({ length: 10 }, (_, at) => `pay/new${at}`);
    const world = await forged(...news);
    const stop = await stopOf(prune(world, [...paths.slice(3), ...news]));
    expect(stop.code).toBe("prune-most");
    expect(stop.message).toMatch(/^3 of 10 /);
  });

  it("do not keep what may go from going", async () => {
    const rows = await prune(await forged("pay/x"), paths.slice(2));
    expect(rows.map(({ serviceAccount, state }) => `${serviceAccountPath(serviceAccount)} ${state}`)).toEqual(
      ["pay/a0 pruned", "pay/a1 pruned", "pay/x failed"],
    );
  });
});

describe("a prune is refused", () => {
  it("where the files name nothing, with the command that removes by name", async () => {
    const stop = await stopOf(prune(await setOf("pay/a"), []));
    expect(stop.detail.advice).toContain("irsa delete-sa");
  });

  it("where too much would go, with the first twenty", async () => {
    const paths = Array.from({ length: 22 }, (_, at) => `pay/a${String(at).padStart(2, "0")}`);
    const world = await setOf(...paths);
    const stop = await stopOf(prune(world, paths.slice(0, 1)));
    expect(stop).toMatchObject({ kind: "refused", code: "prune-most" });
    expect(stop.message).toMatch(/^21 of 22 (Service)?accounts /i);
    expect(stop.detail.facts).toEqual(paths.slice(1, 21).map((path) => ["would be deleted", path]));
    expect(stop.detail.advice).toContain("--prune-max 21");
  });

  it("where roles can't be read, with the first ten of them", async () => {
    const paths = Array.from({ length: 12 }, (_, at) => `pay/a${String(at).padStart(2, "0")}`);
    const world = await setOf(...paths);
    world.aws.iam.getRole = async () => {
      throw new Failure("failed", "throttled", "no");
    };
    const stop = await stopOf(prune(world, paths.slice(0, 1)));
    expect(stop).toMatchObject({ kind: "refused", code: "prune-unknown" });
    expect(stop.detail.facts?.map(([label]) => label)).toEqual(Array.from({ length: 10 }, () => "not read"));
    expect(stop.detail.advice).toContain("--prune");
  });

  it("where roles can't be listed, with why", async () => {
    const world = await setOf("pay/a", "pay/b");
    world.log.deny("iam.listRoles");
    const stop = await stopOf(prune(world, ["pay/a"]));
    expect(stop).toMatchObject({ kind: "denied", code: "prune-unknown" });
    expect(stop.detail.facts?.[0]?.[0]).toBe("roles");
  });
});
