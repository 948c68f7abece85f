import { expect, it } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import { aPod, injected, manifestOf } from "../fakes/pods.ts";
import { ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

const ROLE = ownRole("cart");

/** A Deployment whose pod was created when its ServiceAccount was annotated with the role, and nothing more. */
function annotated(): World {
  return aWorld()
    .withServiceAccount("shop/cart", { annotations: { "eks.amazonaws.com/role-arn": ROLE } })
    .withDeployment("shop/cart", "cart");
}

/** The same with a pod of the Deployment that was created when there was an association. */
function associatedBefore(): World {
  const pod = injected(manifestOf("cart"), { annotations: {}, podIdentity: true });
  return annotated().withPod(aPod("shop/cart-2", pod, { workload: "deployment/cart" }));
}

async function said(world: World, line: string): Promise<{ readonly text: string }> {
  const { heard, failure } = await runIn(world, `${line} --cluster eks-work-cluster --region ap-northeast-2`);
  expect(failure).toBeUndefined();
  return { text: [...heard.err, ...heard.out].join("\n") };
}

it("a pod that runs by IRSA is stale once its ServiceAccount has an association, and a restart is planned", async () => {
  const world = annotated();
  expect((await said(world, "stale-pods")).text).toContain("No stale pods.");
  world.associations.set("shop/cart", ownRole("p"));
  const { text } = await said(world, "stale-pods shop/cart --restart");
  expect(text).toContain(`runs with ${ROLE} by IRSA; the ServiceAccount has a Pod Identity association`);
  expect(text).toMatch(/~ Deployment +shop\/cart/);
});

it("a pod with Pod Identity is stale once there is no association, and new pods have the annotated role", async () => {
  const world = associatedBefore();
  const { text } = await said(world, "stale-pods --restart");
  expect(text).toContain("but the ServiceAccount has no association");
  expect(text).toMatch(/~ Deployment +shop\/cart/);
});

it("where associations can't be read, that is said, and pods with Pod Identity are not called stale", async () => {
  const world = associatedBefore();
  world.log.deny("eks.describePodIdentities");
  const { text } = await said(world, "stale-pods");
  expect(text).toContain("Pod Identity associations could not be read");
  expect(text).toContain("No stale pods.");
});
