import { expect, it } from "vitest";
import { allowing, EC2 } from "../fakes/node-world.ts";
import { ownRole } from "../fakes/values.ts";
import { aShop } from "../verification/healthy.ts";
import { POLL_MS, watching } from "./watching.ts";

it("tells what a node class gives to nodes within a poll, and no more once it is gone", async () => {
  const world = aShop().withRole(ownRole("nodes"), { trust: EC2 }, { inline: { all: allowing("*") } });
  const watch = await watching(world);
  const { nodeClasses } = world.api;
  const appeared = await watch.change(() => world.withNodeClass("default", "nodes"), POLL_MS + 2_000);
  expect(appeared).toEqual([expect.stringContaining("node-role-administrator")]);
  expect(await watch.change(() => undefined, 3 * POLL_MS)).toEqual([]);
  const gone = await watch.change(() => nodeClasses.splice(0), POLL_MS + 2_000);
  expect(gone).toEqual([expect.stringContaining("node-role-administrator")]);
  await watch.stop();
});

it("keeps what it knows while node classes can't be read, and says so", async () => {
  const world = aShop()
    .withRole(ownRole("nodes"), { trust: EC2 }, { inline: { all: allowing("*") } })
    .withNodeClass("default", "nodes");
  const watch = await watching(world);
  const known = [...watch.state().findings.keys()];
  const lost = await watch.change(() => world.log.deny("kubernetes.listNodeClasses"), POLL_MS + 2_000);
  expect(lost).toEqual([expect.stringContaining("nodeClasses")]);
  expect([...watch.state().findings.keys()]).toEqual(known);
  await watch.stop();
});
