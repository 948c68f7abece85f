import { CreateAddonCommand } from "@aws-sdk/client-eks";
import { trustPolicy } from "../../../../src/model/trust-policy/grant.ts";
import { CLUSTER_NAME } from "../../../worlds/world.ts";
import { createSa, S3_READ } from "../../commands.ts";
import { installAgent, removeAgent } from "./agent.ts";
import { addNode, onNode, ON_WINDOWS } from "./nodes.ts";
import { BOTH_ACTIONS } from "./roles.ts";
import type { PodIdentityShop, ShopOptions } from "./shop.ts";
import { useIrsa } from "./use-irsa.ts";

/** A shop that works as it should, of whatever kind. */
export interface HealthyShop {
  readonly name: string;
  readonly opens?: ShopOptions;
  /** What is done to the open shop. */
  readonly changes?: (shop: PodIdentityShop) => Promise<unknown>;
  /** Undoes what others would see. */
  readonly restores?: (shop: PodIdentityShop) => Promise<unknown>;
}

const PROXY = { HTTP_PROXY: "http://proxy.corp.invalid:3128", NO_PROXY: "10.0.0.0/8,169.254.0.0/16" };
const S3_ALONE = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});

/** Of these nobody wants to be warned. */
export const HEALTHY_SHOPS: readonly HealthyShop[] = [
  { name: "an association with one role" },
  { name: "a target role", opens: { target: {} } },
  {
    name: "a target role that leaves it to the AWS account, and a role that is allowed to",
    opens: { target: {} },
    async changes({ roles, world }) {
      const Principal = { AWS: `arn:aws:iam::${world.aws.awsAccount}:root` };
      await roles.trust("target", trustPolicy([{ Effect: "Allow", Principal, Action: BOTH_ACTIONS }]));
      await roles.allow("first", { Effect: "Allow", Action: BOTH_ACTIONS, Resource: roles.target });
    },
  },
  {
    name: "a target role that requires the external ID",
    opens: { target: {}, association: { disableSessionTags: true } },
    async changes({ roles, association }) {
      const { externalId = "" } = await association();
      await roles.trust(
        "target",
        roles.trustOf("target", { "sts:ExternalId": externalId }, ["sts:AssumeRole"]),
      );
    },
  },
  {
    name: "no session tags, and a trust policy without sts:TagSession",
    opens: { association: { disableSessionTags: true } },
    changes: ({ roles }) => roles.trust("first", roles.trustOf("first", {}, ["sts:AssumeRole"])),
  },
  {
    name: "a session policy",
    opens: { association: { disableSessionTags: true, policy: S3_ALONE } },
  },
  {
    name: "a session policy for a target role",
    opens: { target: {}, association: { disableSessionTags: true, policy: S3_ALONE } },
  },
  {
    name: "a trust policy for this ServiceAccount alone",
    changes: ({ roles, world, namespace }) =>
      roles.trust(
        "first",
        roles.trustOf("first", {
          "aws:SourceAccount": world.aws.awsAccount,
          "aws:SourceArn": `arn:aws:eks:${world.aws.region}:${world.aws.awsAccount}:cluster/${CLUSTER_NAME}`,
          "aws:RequestTag/kubernetes-namespace": namespace,
          "aws:RequestTag/kubernetes-service-account": "cart",
        }),
      ),
  },
  {
    name: "what create-sa --pod-identity has set up",
    opens: { association: "none" },
    async changes({ irsa, namespace, restart }) {
      const flags = ["--pod-identity", "--policy-arn", S3_READ, "--approve"];
      const { code, stderr } = await irsa(
        ...createSa(`${namespace}/cart`, ...flags, "--override-existing-serviceaccounts"),
      );
      if (code !== 0) throw new Error(stderr);
      await restart();
    },
  },
  {
    name: "an association that an add-on owns",
    opens: { association: "none" },
    async changes({ eks, namespace, roles, restart }) {
      const podIdentityAssociations = [{ serviceAccount: "cart", roleArn: roles.first }];
      const addon = { addonName: "external-dns", namespaceConfig: { namespace }, podIdentityAssociations };
      await eks.send(new CreateAddonCommand({ clusterName: CLUSTER_NAME, ...addon }));
      await restart();
    },
  },
  {
    name: "the same role by annotation too",
    changes: ({ annotate, roles }) => annotate({ "eks.amazonaws.com/role-arn": roles.first }),
  },
  { name: "a proxy that leaves the agent out", opens: { template: { env: PROXY } } },
  {
    name: "a node of EKS Auto Mode, without the add-on",
    async changes(shop) {
      shop.world.aws.updateCluster(CLUSTER_NAME, { autoMode: true });
      await removeAgent(shop);
      await addNode(shop.cluster, "auto-1", { "eks.amazonaws.com/compute-type": "auto" });
      await shop.deploy(onNode("auto-1"));
    },
    async restores(shop) {
      shop.world.aws.updateCluster(CLUSTER_NAME, { autoMode: false });
      await installAgent(shop);
    },
  },
  {
    name: "IRSA beside, on Windows",
    async changes(shop) {
      await addNode(shop.cluster, "windows-2", { "kubernetes.io/os": "windows" });
      await useIrsa(shop);
      await shop.deploy({ spec: { ...onNode("windows-2").spec, ...ON_WINDOWS } });
    },
  },
  {
    name: "IRSA beside, on Fargate",
    async changes(shop) {
      await useIrsa(shop);
      await shop.deploy({ labels: { "eks.amazonaws.com/fargate-profile": "fp" } });
    },
  },
];
