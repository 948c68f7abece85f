import {
  CreateFargateProfileCommand,
  CreateNodegroupCommand,
  CreatePodIdentityAssociationCommand,
  EKSClient,
} from "@aws-sdk/client-eks";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { declareCluster } from "irsa-sandbox/parts";
import { describe, expect, it } from "vitest";
import { eksAdapter } from "../../../src/aws/eks.ts";
import type { EksPort } from "../../../src/aws/port.ts";
import { roleRef, type RoleArn } from "../../../src/model/arn.ts";
import { CLUSTER_CA } from "../../fakes/certificates.ts";
import { aServiceAccount, ownRole } from "../../fakes/values.ts";
import { aWorld } from "../../fakes/world.ts";
import { methodsWithoutCase, outcomesOf, type CallOf, type Side } from "./both.ts";
import { CLUSTER, startSandboxAws, type SandboxAws } from "./sandbox-aws.ts";

type Call = CallOf<EksPort>;

const { name: NAME } = CLUSTER;
/** The associations that there are: the role by the ServiceAccount. */
const ASSOCIATIONS = {
  "shop/cart": ownRole("cart"),
  "shop/web": ownRole("web"),
  "other/cart": ownRole("other"),
};
const NEW = { roleArn: ownRole("cart"), withoutSessionTags: false, tags: {} };
const arnOf = (id: string): string => `${CLUSTER.arn.replace(":cluster/", ":podidentityassociation/")}/${id}`;
const AGENT = "eks-pod-identity-agent";
const TARGET = "arn:aws:iam::444455556666:role/data" as RoleArn;
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});
const NOBODY = aServiceAccount("shop/nobody");

/** EKS takes a role only if its trust policy allows Pod Identity. */
const PODS = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    },
  ],
});

/** The fake with the associations. */
function fakeSide(): Side<EksPort> {
  const world = aWorld(CLUSTER);
  for (const [path, role] of Object.entries(ASSOCIATIONS)) world.associations.set(path, role);
  world.withNodeGroup("workers", ownRole("cart")).withFargateProfile("batch", ownRole("web"));
  return {
    port: world.aws.eks,
    names: new Map([
      ["a", "shop/cart"],
      ["b", "shop/web"],
      ["c", "other/cart"],
    ]),
  };
}

/** irsa's adapter on the sandbox with the same. */
async function sandboxSide(sandbox: SandboxAws, client: EKSClient): Promise<Side<EksPort>> {
  const { store } = sandbox;
  const { issuer, endpoint = "", version, awsAccount, region } = CLUSTER;
  const place = { store, awsAccount, region };
  declareCluster(place, { name: NAME, issuer, endpoint, version, caPem: CLUSTER_CA });
  const iam = new IAMClient(sandbox.client);
  for (const roleArn of Object.values(ASSOCIATIONS))
    await iam.send(
      new CreateRoleCommand({ RoleName: roleRef(roleArn).name, AssumeRolePolicyDocument: PODS }),
    );
  iam.destroy();
  await client.send(
    new CreateNodegroupCommand({
      clusterName: NAME,
      nodegroupName: "workers",
      nodeRole: ownRole("cart"),
      subnets: ["subnet-1"],
    }),
  );
  await client.send(
    new CreateFargateProfileCommand({
      clusterName: NAME,
      fargateProfileName: "batch",
      podExecutionRoleArn: ownRole("web"),
      selectors: [{ namespace: "batch" }],
    }),
  );
  const ids: string[] = [];
  for (const [path, roleArn] of Object.entries(ASSOCIATIONS)) {
    const [namespace, serviceAccount] = path.split("/");
    const command = new CreatePodIdentityAssociationCommand({
      clusterName: NAME,
      namespace,
      serviceAccount,
      roleArn,
    });
    ids.push((await client.send(command)).association?.associationId ?? "");
  }
  const [a = "", b = "", c = ""] = ids;
  return {
    port: eksAdapter(client),
    names: new Map([
      ["a", a],
      ["b", b],
      ["c", c],
    ]),
  };
}

/** Runs the calls on the fake, and by irsa's adapter on the sandbox; both have the cluster and the associations. */
async function bothOn(
  calls: readonly Call[],
): Promise<{ readonly fake: unknown[]; readonly real: unknown[] }> {
  const sandbox = await startSandboxAws();
  const client = new EKSClient(sandbox.client);
  try {
    return {
      fake: await outcomesOf(fakeSide(), calls),
      real: await outcomesOf(await sandboxSide(sandbox, client), calls),
    };
  } finally {
    client.destroy();
    await sandbox.stop();
  }
}

const CASES: readonly (readonly [string, readonly Call[]])[] = [
  ["the clusters", [["listClusters"], ["describeCluster", NAME], ["describeCluster", "none"]]],
  [
    "the associations",
    [
      ["describePodIdentities", NAME, undefined],
      ...["shop/cart", "other/cart", "shop/nobody"].flatMap((path): Call[] => [
        ["listPodIdentityAssociations", NAME, aServiceAccount(path)],
        ["describePodIdentities", NAME, aServiceAccount(path)],
      ]),
    ],
  ],
  [
    "writes of associations",
    [
      ["createPodIdentity", NAME, { ...NEW, serviceAccount: aServiceAccount("shop/cart") }],
      ["updatePodIdentity", NAME, "{a}", { roleArn: ownRole("web"), withoutSessionTags: true }],
      ["tagPodIdentity", arnOf("{a}"), { team: "payments", tier: "1" }],
      ["untagPodIdentity", arnOf("{a}"), ["tier"]],
      ["describePodIdentities", NAME, aServiceAccount("shop/cart")],
      ["deletePodIdentity", NAME, "{b}"],
      ["deletePodIdentity", NAME, "{b}"],
      ["updatePodIdentity", NAME, "{b}", { roleArn: ownRole("web") }],
      ["describePodIdentities", NAME, aServiceAccount("shop/web")],
    ],
  ],
  [
    "what gives nodes their roles",
    [
      ["describeNodeGroups", NAME],
      ["describeFargateProfiles", NAME],
    ],
  ],
  ["the associations of a cluster", [["listPodIdentityAssociations", NAME, undefined]]],
  [
    "the agent's add-on",
    [
      ["getAddon", NAME, AGENT],
      ["listAddonVersions", AGENT, "1.33"],
      [
        "createAddon",
        NAME,
        { name: AGENT, version: "v1.3.8-eksbuild.2", resolveConflicts: "NONE", tags: {} },
      ],
      ["createAddon", NAME, { name: AGENT, resolveConflicts: "NONE", tags: {} }],
      ["updateAddon", NAME, AGENT, { version: "v1.3.9-eksbuild.3", resolveConflicts: "OVERWRITE" }],
      ["getAddon", NAME, AGENT],
      ["deleteAddon", NAME, AGENT],
      ["deleteAddon", NAME, AGENT],
      ["updateAddon", NAME, AGENT, { resolveConflicts: "OVERWRITE" }],
      ["tagAddon", `${CLUSTER.arn.replace(":cluster/", ":addon/")}/${AGENT}/none`, { team: "payments" }],
      ["getAddon", NAME, AGENT],
    ],
  ],
  [
    "what is removed of associations",
    [
      ["updatePodIdentity", NAME, "{a}", { withoutSessionTags: true, policy: POLICY, targetRoleArn: TARGET }],
      ["updatePodIdentity", NAME, "{a}", { withoutSessionTags: false }],
      ["updatePodIdentity", NAME, "{a}", { targetRoleArn: null }],
      ["describePodIdentities", NAME, aServiceAccount("shop/cart")],
      ["updatePodIdentity", NAME, "{a}", { policy: null, withoutSessionTags: false }],
      ["updatePodIdentity", NAME, "{a}", { policy: POLICY }],
      ["describePodIdentities", NAME, aServiceAccount("shop/cart")],
    ],
  ],
  [
    "a cluster that does not exist",
    [
      ["listPodIdentityAssociations", "none", NOBODY],
      ["describePodIdentities", "none", undefined],
      ["describePodIdentities", "none", NOBODY],
      ["getAddon", "none", "eks-pod-identity-agent"],
      ["describeNodeGroups", "none"],
      ["describeFargateProfiles", "none"],
    ],
  ],
];

describe("the fake of EKS answers as irsa's adapter does on the sandbox", () => {
  it.each(CASES)("%s", async (_, calls) => {
    const { fake, real } = await bothOn(calls);
    expect(fake).toEqual(real);
  });

  it("every method has a case", () => {
    expect(methodsWithoutCase(aWorld(CLUSTER).aws.eks, CASES)).toEqual([]);
  });
});
