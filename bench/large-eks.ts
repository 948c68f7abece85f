import {
  AWS_ACCOUNT,
  clusterNames,
  hostPath,
  isAssociated,
  numberIn,
  roleArn,
  serviceAccountName,
  type LargeWorldSize,
} from "./large-names.ts";
import { nodeGroup, nodeGroupNames } from "./large-nodes.ts";

/** Source: EKS API Reference, ListPodIdentityAssociations (`maxResults`). */
const PAGE = 100;

/** A call without the names of single objects. */
export function callOfEks(path: string): string {
  if (path.endsWith("/assume-role-for-pod-identity")) return "aws:AssumeRoleForPodIdentity";
  const { pathname } = new URL(path, "https://127.0.0.1");
  return `eks:GET ${pathname.replace(/(?<=\/(?:pod-identity-associations|node-groups)\/).+$/, "*")}`;
}

/** What EKS and EKS Auth answer. */
export function largeEks(
  path: string,
  body: string,
  api: { readonly endpoint: string; readonly caPem: string },
  size: LargeWorldSize,
): object {
  const { pathname, searchParams } = new URL(path, "https://127.0.0.1");
  const [, name = "", kind = "", one = ""] =
    /^\/clusters(?:\/([^/]+))?(?:\/([^/]+))?(?:\/(.+))?$/.exec(pathname) ?? [];
  switch (kind) {
    case "pod-identity-associations":
      return one === ""
        ? associations(Number(searchParams.get("nextToken") ?? 0), size)
        : { association: association(Number(one.slice("a-".length)), size) };
    case "node-groups":
      return one === "" ? { nodegroups: nodeGroupNames(size) } : { nodegroup: nodeGroup(one, size) };
    case "fargate-profiles":
      return { fargateProfileNames: [] };
    case "addons":
      return { addon: { addonName: one, addonArn: `${clusterArn(size)}/${one}`, status: "ACTIVE" } };
    case "assume-role-for-pod-identity":
      return assumed(numberIn((JSON.parse(body) as { readonly token: string }).token), size);
    default:
      return name === "" ? { clusters: clusterNames(size) } : { cluster: cluster(name, api, size) };
  }
}

function cluster(
  name: string,
  { endpoint, caPem }: { readonly endpoint: string; readonly caPem: string },
  size: LargeWorldSize,
): object {
  return {
    name,
    arn: clusterArn(size, name),
    status: "ACTIVE",
    version: "1.34",
    endpoint,
    certificateAuthority: { data: Buffer.from(caPem).toString("base64") },
    identity: { oidc: { issuer: `https://${hostPath(clusterNames(size).indexOf(name), size)}` } },
  };
}

function clusterArn(size: LargeWorldSize, name = clusterNames(size)[0]): string {
  return `arn:aws:eks:eu-west-1:${size.awsAccount ?? AWS_ACCOUNT}:cluster/${name}`;
}

function associations(from: number, size: LargeWorldSize): object {
  const numbers = Array.from({ length: size.serviceAccounts }, (_, at) => at);
  const all = numbers.filter((at) => isAssociated(at, size));
  const page = all.slice(from, from + PAGE).map((at) => association(at, size));
  return { associations: page, ...(from + PAGE < all.length && { nextToken: `${from + PAGE}` }) };
}

function association(at: number, size: LargeWorldSize): object {
  const { namespace, name } = serviceAccountName(at);
  const madeAt = Date.parse("2026-01-01T00:00:00Z") / 1000;
  return {
    clusterName: clusterNames(size)[0],
    namespace,
    serviceAccount: name,
    associationId: `a-${at}`,
    associationArn: `${clusterArn(size).replace(":cluster/", ":podidentityassociation/")}/a-${at}`,
    roleArn: roleArn(at % size.roles, size),
    createdAt: madeAt,
    modifiedAt: madeAt,
    tags: {},
  };
}

/** The statement by which a role is for associations of the cluster. */
export function podIdentityStatement(size: LargeWorldSize): object {
  return {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: { "aws:SourceAccount": size.awsAccount ?? AWS_ACCOUNT },
      ArnEquals: { "aws:SourceArn": clusterArn(size) },
    },
  };
}

/** The credentials of an association's role. */
function assumed(at: number, size: LargeWorldSize): object {
  const role = roleArn(at % size.roles, size);
  const session = role.replace(":iam:", ":sts:").replace(/:role\/.*\//, ":assumed-role/");
  return {
    audience: "pods.eks.amazonaws.com",
    podIdentityAssociation: { associationId: `a-${at}`, associationArn: `a-${at}` },
    assumedRoleUser: { arn: `${session}/proof`, assumeRoleId: `AROA${at}:proof` },
    credentials: {
      accessKeyId: "ASIAIOSFODNN7EXAMPLE",
      secretAccessKey: "none",
      sessionToken: "none",
      expiration: Math.floor(Date.now() / 1000) + 21_600,
    },
  };
}
