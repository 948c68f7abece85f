import { ROLE_ANNOTATION, type Pod } from "../../src/model/kubernetes-objects.ts";
import { podWay } from "../../src/model/way.ts";
import { evaluateGrant } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import { variableOf } from "../../src/workload/injection.ts";
import { providerArn } from "../../src/model/issuer.ts";
import type { RoleArn } from "../../src/model/arn.ts";
import { admit } from "./kubernetes.ts";
import { aPod, manifestOf } from "./pods.ts";
import { aServiceAccount } from "./values.ts";
import type { World } from "./world.ts";

/** The node on which the agent runs. */
export const AGENT_NODE = "ip-10-0-0-1.ec2.internal";

/** The Pod Identity agent on a node. */
export function withAgent(world: World, node = AGENT_NODE): World {
  const workload = "daemonset/eks-pod-identity-agent";
  return world.withPod(
    aPod(`kube-system/agent-${node}`, manifestOf("default"), { workload, node, ready: true }),
  );
}

/** A ServiceAccount with a role of irsa's by IRSA, and a Deployment whose pod runs with it on the agent's node. */
export function withIrsa(world: World, path: string): World {
  const serviceAccount = aServiceAccount(path);
  const granted = { serviceAccount };
  const role = world.roleOf(granted);
  world
    .withRole(role, { trust: world.trustOf(granted), tags: world.ownershipTagsOf(granted) })
    .withServiceAccount(path, { annotations: { [ROLE_ANNOTATION]: role } })
    .withDeployment(path, serviceAccount.name);
  return changePods(world, path, { node: AGENT_NODE });
}

/** Changes the pods of a ServiceAccount. */
export function changePods(world: World, path: string, change: Partial<Pod>): World {
  for (const [at, pod] of world.api.pods.entries())
    if (`${pod.namespace}/${pod.serviceAccountName}` === path) world.api.pods[at] = { ...pod, ...change };
  return world;
}

/**
 * The pods that can't get their role now: running ones by the way that they run with, and one that would be created. A pod
 * whose association was deleted keeps its credentials for a while; for it, a new pod must get the role.
 */
export function strandedPods(world: World, path: string): readonly string[] {
  const { namespace, name } = aServiceAccount(path);
  const running = world.api.pods.filter(
    (pod) => pod.namespace === namespace && pod.serviceAccountName === name,
  );
  const fresh = aPod(`${path}-fresh`, admit(world.api, namespace, manifestOf(name)));
  const isFreshWell = works(world, path, fresh);
  const stranded = running.filter((pod) => {
    const way = podWay(pod.spec);
    if (way === "none" || works(world, path, pod)) return false;
    return !(way === "pod-identity" && !world.associations.has(path) && isFreshWell);
  });
  return [...(isFreshWell ? [] : [fresh.name]), ...stranded.map((pod) => pod.name)];
}

function works(world: World, path: string, { spec }: Pod): boolean {
  const serviceAccount = aServiceAccount(path);
  switch (podWay(spec)) {
    case "irsa": {
      const role = world.iam.roles.get(
        (variableOf(spec, "AWS_ROLE_ARN") ?? "").split("/").at(-1)?.toLowerCase() ?? "",
      );
      const isThere = world.iam.providers.has(providerArn(world.cluster, world.cluster.issuer));
      return (
        isThere && evaluateGrant(role?.role.trust, world.grantOf({ serviceAccount })).verdict === "allow"
      );
    }
    case "pod-identity": {
      const association = world.association(path);
      if (association === undefined) return false;
      const { trust } = world.role(association.roleArn as RoleArn).role;
      return evaluateGrant(trust, podIdentityGrantFor(world.cluster, serviceAccount)).verdict === "allow";
    }
    case "none":
      return false;
  }
}
