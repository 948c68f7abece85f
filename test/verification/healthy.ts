import { parseWorkload } from "../fakes/workloads.ts";
import { injected, aPod, manifestOf, specOf, type PodManifest } from "../fakes/pods.ts";
import { aCluster, aServiceAccount, CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import type { Pod, ServiceAccount } from "../../src/model/kubernetes-objects.ts";
import type { ChainReport } from "../../src/verification/chain.ts";
import { known } from "../../src/model/known.ts";
import type { Sources } from "../../src/verification/sources.ts";
import { parseSubject } from "../../src/verification/subject.ts";
import { verifyChain, type Verified } from "../../src/verification/verify.ts";
import { right } from "../fakes/values.ts";

export const ROLE = ownRole("team/cart");
export const ROLE_KEY = "eks.amazonaws.com/role-arn";
export const CART = "shop/cart";
/** Where its pods run. */
export const NODE = "ip-10-0-0-1";

/** A shop whose cart runs with a role of its owner's making: ServiceAccount, Deployment and pod, all as they should be. */
export function aShop(cluster?: ClusterWithIssuer): World {
  const world = aWorld(cluster).withProvider();
  const grant = { serviceAccount: aServiceAccount(CART) };
  const role = ofPartition(ROLE, world);
  world.withRole(role, { trust: world.trustOf(grant) }, { attached: [ofPartition(CLOUDWATCH, world)] });
  world.withServiceAccount(CART, { annotations: { [ROLE_KEY]: role } });
  return run(world, manifestOf("cart"));
}

/** A cluster in China, whose hosts and ARNs are another partition's. */
export function inChina(): ClusterWithIssuer {
  const issuer = "https://oidc.eks.cn-north-1.amazonaws.com.cn/id/5D1CA0FFEE0000000000000000000001";
  return aCluster({ arn: "arn:aws-cn:eks:cn-north-1:111122223333:cluster/eks-work-cluster", issuer });
}

/** A cluster in another partition. */
export function inPartition(partition: string, region: string, suffix: string): ClusterWithIssuer {
  const issuer = `https://oidc.eks.${region}.${suffix}/id/5D1CA0FFEE0000000000000000000001`;
  return aCluster({ arn: `arn:${partition}:eks:${region}:111122223333:cluster/eks-work-cluster`, issuer });
}

/** The ARN as it is in the world's partition. */
function ofPartition<Arn extends string>(arn: Arn, { cluster }: World): Arn {
  return arn.replace(/^arn:[^:]+/, `arn:${cluster.partition}`) as Arn;
}

/** The same shop with a role that irsa has made and keeps. */
export function ourShop(cluster?: ClusterWithIssuer): World {
  const world = aWorld(cluster).withProvider();
  const grant = { serviceAccount: aServiceAccount(CART) };
  const role = world.roleOf(grant);
  const tags = world.ownershipTagsOf(grant, [CLOUDWATCH]);
  world.withRole(role, { trust: world.trustOf(grant), tags }, { attached: [CLOUDWATCH] });
  world.withServiceAccount(CART, { annotations: { [ROLE_KEY]: role } });
  return run(world, manifestOf("cart"));
}

/** Puts the Deployment `shop/cart` in place of the one that is there, with one pod admitted as pods are now. */
export function run(world: World, manifest: PodManifest, admitted = manifest): World {
  world.api.workloads.set("deployment/shop/cart", parseWorkload("deployment/shop/cart", specOf(manifest)));
  clearPods(world);
  return world.withPod(podOf(world, admitted));
}

/** Takes the shop's pods away. */
export function clearPods({ api }: World): void {
  const others = api.pods.filter(({ namespace }) => namespace !== "shop");
  api.pods.splice(0, api.pods.length, ...others);
}

/** A pod of the Deployment as the ServiceAccount's annotations of now make it. */
export function podOf(world: World, manifest: PodManifest, changes: Partial<Pod> = {}): Pod {
  const serviceAccount = `shop/${manifest.spec.serviceAccountName ?? "default"}`;
  const annotations = world.api.serviceAccounts.get(serviceAccount)?.annotations;
  const made = injected(manifest, { annotations, podIdentity: world.associations.has(serviceAccount) });
  return aPod("shop/cart-5d9c-x1", made, {
    workload: "deployment/cart",
    node: NODE,
    ready: true,
    ...changes,
  });
}

/** Changes the ServiceAccount's annotations; `undefined` takes one away. */
export function annotate(world: World, changes: Readonly<Record<string, string | undefined>>): void {
  world.editServiceAccount(CART, ({ annotations }) => {
    const merged = Object.entries({ ...annotations, ...changes });
    return { annotations: Object.fromEntries(merged.filter(isGiven)) } satisfies Partial<ServiceAccount>;
  });
}

function isGiven(entry: [string, string | undefined]): entry is [string, string] {
  return entry[1] !== undefined;
}

/** What `irsa verify SUBJECT` finds. */
export async function verified(
  world: World,
  subject = CART,
  changes: Partial<Sources> = {},
): Promise<ChainReport> {
  return (await chainOf(world, subject, changes)).report;
}

/** What `irsa verify SUBJECT` finds, and what it goes by. */
export function chainOf(world: World, subject = CART, changes: Partial<Sources> = {}): Promise<Verified> {
  return verifyChain(right(parseSubject(subject)), { ...sourcesIn(world), ...changes }, { patienceMs: 0 });
}

/** The same with a second of patience for STS. */
export function chainWithPatience(world: World): Promise<Verified> {
  return verifyChain(right(parseSubject(CART)), sourcesIn(world), { patienceMs: 1_000 });
}

function sourcesIn({ aws, cluster, kubernetes }: World): Sources {
  return {
    aws,
    kubernetes: known(kubernetes),
    cluster: known(cluster),
    clusterFlags: ["--cluster", cluster.name],
  };
}
