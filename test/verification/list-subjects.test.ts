import { expect, it } from "vitest";
import { known } from "../../src/model/known.ts";
import { listSubjects } from "../../src/verification/verify-many.ts";
import type { NamespaceName } from "../../src/model/service-account-ref.ts";
import type { World } from "../fakes/world.ts";
import { ownRole } from "../fakes/values.ts";
import { aShop, CART } from "./healthy.ts";

const listed = async ({ aws, kubernetes, cluster }: World, namespace?: "shop") => {
  const sources = { aws, kubernetes: known(kubernetes), cluster: known(cluster), clusterFlags: [] };
  const { subjects, unlisted } = await listSubjects(sources, namespace as NamespaceName | undefined);
  return { paths: subjects.map(({ namespace: where, name }) => `${where}/${name}`), unlisted };
};

function aMixedShop(): World {
  const world = aShop().withServiceAccount("shop/plain").withServiceAccount("till/pos");
  for (const path of ["till/pos", "shop/gone", CART]) world.associations.set(path, ownRole("any"));
  return world;
}

it("lists each ServiceAccount with an annotation or an association once, those that don't exist too", async () => {
  expect((await listed(aMixedShop())).paths).toEqual([CART, "shop/gone", "till/pos"]);
  expect((await listed(aMixedShop(), "shop")).paths).toEqual([CART, "shop/gone"]);
});

it("says so where associations can't be listed", async () => {
  const world = aMixedShop();
  world.log.deny("eks.describePodIdentities");
  const { paths, unlisted } = await listed(world);
  expect(paths).toEqual([CART]);
  expect(unlisted).toMatchObject({ kind: "denied" });
});
