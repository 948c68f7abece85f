import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  UpdateAssumeRolePolicyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import type { PolicyDocument } from "../../../src/model/trust-policy/document.ts";
import { trustPolicy, webIdentityStatement } from "../../../src/model/trust-policy/grant.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { S3_READ } from "../commands.ts";
import { irsa, type Run } from "../irsa.ts";

/** A world with a shop in it, whose cart runs with a role of its owner's making. */
export interface Shop {
  readonly world: World;
  readonly cluster: Cluster;
  readonly iam: IAMClient;
  readonly role: string;
  readonly providerArn: string;
  /** Sets everything that `verify` looks at to what is right, whatever was done to it. */
  readonly restore: () => Promise<void>;
  readonly setTrust: (trust: PolicyDocument) => Promise<unknown>;
  readonly annotate: (changes: Readonly<Record<string, string | null>>) => Promise<unknown>;
  readonly irsa: (...args: readonly string[]) => Promise<Run>;
}

const NAMESPACE = "shop";
const NAME = "cart";
const ROLE_NAME = "cart-of-the-shop";

/** The grant of a ServiceAccount of the world's cluster. */
export function grantOf(
  { world, providerArn }: Pick<Shop, "world" | "providerArn">,
  serviceAccount = `${NAMESPACE}:${NAME}`,
) {
  return {
    providerArn,
    issuerHostPath: world.cluster.issuer.slice("https://".length),
    subject: `system:serviceaccount:${serviceAccount}`,
    audience: "sts.amazonaws.com",
  };
}

/** Opens the shop: provider, role, ServiceAccount and a Deployment with its pod. */
export async function openShop(world: World): Promise<Shop> {
  const cluster = clusterOf(world);
  const iam = world.aws.iam();
  const run = (...args: readonly string[]): Promise<Run> => irsa(args, world.environmentOf("admin"));
  const { awsAccount } = world.aws;
  const role = `arn:aws:iam::${awsAccount}:role/team/${ROLE_NAME}`;
  const issuer = world.cluster.issuer.slice("https://".length);
  const providerArn = `arn:aws:iam::${awsAccount}:oidc-provider/${issuer}`;
  const trust = trustPolicy([webIdentityStatement(grantOf({ world, providerArn }))]);
  const setTrust = (document: PolicyDocument) =>
    iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: ROLE_NAME, PolicyDocument: JSON.stringify(document) }),
    );
  await iam.send(
    new CreateRoleCommand({
      RoleName: ROLE_NAME,
      Path: "/team/",
      AssumeRolePolicyDocument: JSON.stringify(trust),
    }),
  );
  await iam.send(new AttachRolePolicyCommand({ RoleName: ROLE_NAME, PolicyArn: S3_READ }));
  await cluster.core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
  const annotate: Shop["annotate"] = (annotations) => patchAnnotations(cluster, annotations);
  return {
    world,
    cluster,
    iam,
    role,
    providerArn,
    setTrust,
    annotate,
    irsa: run,
    async restore() {
      await run("associate-oidc", "--cluster", CLUSTER_NAME, "--approve");
      await setTrust(trust);
      await putServiceAccount(cluster, { "eks.amazonaws.com/role-arn": role });
    },
  };
}

async function putServiceAccount({ core }: Cluster, annotations: Record<string, string>): Promise<void> {
  const { items } = await core.listNamespacedServiceAccount({ namespace: NAMESPACE });
  const body = { metadata: { name: NAME, namespace: NAMESPACE, annotations } };
  if (items.some(({ metadata }) => metadata?.name === NAME))
    await core.replaceNamespacedServiceAccount({ namespace: NAMESPACE, name: NAME, body });
  else await core.createNamespacedServiceAccount({ namespace: NAMESPACE, body });
}

async function patchAnnotations(
  { core }: Cluster,
  changes: Readonly<Record<string, string | null>>,
): Promise<void> {
  const found = await core.readNamespacedServiceAccount({ namespace: NAMESPACE, name: NAME });
  const merged = { ...found.metadata?.annotations, ...changes };
  const annotations = Object.fromEntries(Object.entries(merged).filter(isGiven));
  await putServiceAccount({ core } as Cluster, annotations);
}

function isGiven(entry: [string, string | null]): entry is [string, string] {
  return entry[1] !== null;
}
