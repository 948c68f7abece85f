import { manifestOf } from "../../fakes/pods.ts";
import type { World } from "../../fakes/world.ts";
import { inChina, inPartition, podOf } from "../healthy.ts";
import type { BrokenWorld } from "./broken-world.ts";

const POD = "pod/shop/cart-5d9c-x1";

const PARTITIONS = [
  ["aws-us-gov", "us-gov-west-1", "amazonaws.com"],
  ["aws-eusc", "eusc-de-east-1", "amazonaws.eu"],
  ["aws-iso-b", "us-isob-east-1", "sc2s.sgov.gov"],
] as const;

/** Worlds whose cluster is not one to work with, or is of a kind that asks for more. */
export const CLUSTER_WORLDS: readonly BrokenWorld[] = [
  {
    name: "a cluster that is being deleted",
    described: { status: "DELETING" },
    breaks: () => undefined,
    finds: { link: "cluster", row: "A12", code: "cluster-status", fix: "advice" },
  },
  {
    name: "a local cluster on an Outpost",
    described: { issuer: undefined, local: true },
    breaks: () => undefined,
    finds: { link: "issuer", row: "A12", code: "no-issuer", fix: "advice" },
  },
  {
    name: "a cluster that is being created",
    described: { issuer: undefined, status: "CREATING" },
    breaks: () => undefined,
    finds: { link: "issuer", row: "A12", code: "no-issuer", fix: "advice" },
  },
  {
    name: "a pod in China without a region",
    subject: POD,
    cluster: inChina,
    breaks: withoutRegion,
    finds: { link: "pod", row: "E9", code: "region-missing-china", fix: "advice" },
  },
  ...PARTITIONS.map(([partition, region, suffix]): BrokenWorld => ({
    name: `a pod in ${partition} without a region`,
    subject: POD,
    cluster: () => inPartition(partition, region, suffix),
    breaks: withoutRegion,
    finds: { link: "pod", row: "E9", code: "region-missing-partition", fix: "advice" },
  })),
  {
    name: "a pod that is not root's, on Kubernetes 1.18",
    subject: POD,
    described: { version: "1.18" },
    breaks: (world) => replacePod(world, manifestOf("cart", { securityContext: { runAsUser: 1000 } })),
    finds: { link: "pod", row: "E2", code: "token-unreadable", fix: "advice" },
  },
];

function replacePod(world: World, manifest: ReturnType<typeof manifestOf>): void {
  world.api.pods.length = 0;
  world.withPod(podOf(world, manifest));
}

/** The pod as a webhook makes it that was started without a region. */
function withoutRegion(world: World): void {
  const pod = podOf(world, manifestOf("cart"));
  const containers = pod.spec.containers.map((one) => {
    const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...env } = one.env;
    return { ...one, env };
  });
  world.api.pods.length = 0;
  world.withPod({ ...pod, spec: { ...pod.spec, containers } });
}
