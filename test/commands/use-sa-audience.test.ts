import { expect, it } from "vitest";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { runIn } from "../fakes/command-line.ts";
import { manifestOf, specOf } from "../fakes/pods.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { parseWorkload } from "../fakes/workloads.ts";
import { aWorld } from "../fakes/world.ts";

const CART = { serviceAccount: aServiceAccount("shop/cart") };

it.each([
  ["", "is empty: its pods would get no credentials", []],
  [undefined, "", ["kubernetes.requestToken", "sts.assumeWithToken"]],
])("use-sa with the audience annotation %j", async (audience, warning, calls) => {
  const world = aWorld().withProvider();
  const role = world.roleOf(CART);
  world.withRole(role, { trust: world.trustOf(CART) }).withServiceAccount("shop/cart", {
    annotations: {
      [ROLE_ANNOTATION]: role,
      ...(audience !== undefined && { [AUDIENCE_ANNOTATION]: audience }),
    },
  });
  const web = "deployment/shop/web";
  world.api.workloads.set(web, parseWorkload(web, specOf(manifestOf("default"))));
  const { failure, heard } = await runIn(
    world,
    "use-sa deployment/web -n shop --name cart --cluster eks-work-cluster --region ap-northeast-2",
  );
  expect(failure).toBeUndefined();
  expect([...heard.out, ...heard.err].join("\n")).toContain(warning);
  const names = world.log.calls.map(({ name }) => name).filter((name) => /oken/.test(name));
  expect(names).toEqual(calls);
});
