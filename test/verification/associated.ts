import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { anAddon } from "../fakes/addons.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import { CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import type { AssociationFacts } from "../fakes/eks.ts";
import { CART, clearPods, NODE, podOf, ROLE, run } from "./healthy.ts";

/** The role that EKS assumes with the shop's own, where the association has one. */
export const TARGET = ownRole("data");

/** A shop whose cart runs with Pod Identity: association, agent, ServiceAccount, Deployment and pod, all as they should be. */
export function associatedShop(cluster?: ClusterWithIssuer): World {
  const world = aWorld(cluster).withRole(ROLE, { trust: podsTrust() }, { attached: [CLOUDWATCH] });
  world.withServiceAccount(CART);
  world.associations.set(CART, ROLE);
  world.api.nodes.set(NODE, { "kubernetes.io/os": "linux" });
  return withAgent(run(world, manifestOf("cart")));
}

/** The same with a target role. */
export function targetingShop(): World {
  const world = associatedShop();
  world.withRole(TARGET, { trust: targetTrust() });
  return associate(world, { targetRoleArn: TARGET });
}

/** The add-on, and its pod on the shop's node. */
export function withAgent(world: World, ready = true): World {
  world.addons.set("eks-pod-identity-agent", anAddon());
  const labels = { "app.kubernetes.io/name": "eks-pod-identity-agent" };
  const agent = aPod("kube-system/eks-pod-identity-agent-x1", manifestOf("default", {}, { labels }), {
    workload: "daemonset/eks-pod-identity-agent",
    node: NODE,
    ready,
  });
  world.api.pods.push(agent);
  return world;
}

/** Takes the agent away again. */
export function withoutAgent(world: World): void {
  world.addons.clear();
  const others = world.api.pods.filter(({ namespace }) => namespace !== "kube-system");
  world.api.pods.splice(0, world.api.pods.length, ...others);
}

/** Changes the association. */
export function associate(world: World, facts: AssociationFacts): World {
  world.associationFacts.set(CART, { ...world.associationFacts.get(CART), ...facts });
  return world;
}

/** The shop's pod, changed as given. */
export function changePod(world: World, changes: Parameters<typeof podOf>[2]): void {
  const pod = podOf(world, manifestOf("cart"), changes);
  clearPods(world);
  world.withPod(pod);
}

/** A trust policy for Pod Identity as EKS documents it; with the conditions given. */
export function podsTrust(
  conditions: Readonly<Record<string, string>> = {},
  action: readonly string[] = ["sts:AssumeRole", "sts:TagSession"],
): PolicyDocument {
  return allowing({ Service: "pods.eks.amazonaws.com" }, action, conditions);
}

/** A trust policy of the target role for the shop's role. */
export function targetTrust(
  conditions: Readonly<Record<string, string>> = {},
  action: readonly string[] = ["sts:AssumeRole", "sts:TagSession"],
): PolicyDocument {
  return allowing({ AWS: ROLE }, action, conditions);
}

function allowing(
  principal: Readonly<Record<string, string>>,
  action: readonly string[],
  conditions: Readonly<Record<string, string>>,
): PolicyDocument {
  const Condition = Object.keys(conditions).length === 0 ? {} : { Condition: { StringEquals: conditions } };
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: action, ...Condition }],
  };
}

/** Sets a role's trust policy. */
export function trusting(world: World, trust: PolicyDocument, role = ROLE): void {
  world.editRole(role, ({ role: found }) => ({ role: { ...found, trust } }));
}
