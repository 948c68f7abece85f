import { AwsError, maybeText, text } from "../exchange.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { cut } from "../paging.ts";
import { at, type ClusterState } from "../state.ts";
import type { Result } from "../wire-format.ts";

/** Clusters and who may log in. Source: Amazon EKS API Reference, the operations named. */
export const CLUSTER_OPERATIONS: Operations = {
  ListClusters(context) {
    const { awsAccount, region } = context;
    const names = Object.values(awsAccount.clusters).filter((cluster) => cluster.region === region);
    return listResult("clusters", names.map(({ name }) => name).toSorted(), context);
  },

  DescribeCluster(context) {
    return { cluster: describe(clusterOf(context)) };
  },

  ListAccessEntries(context) {
    const arns = clusterOf(context).accessEntries.map(({ principalArn }) => principalArn);
    return listResult("accessEntries", arns, context);
  },

  DescribeAccessEntry(context) {
    const cluster = clusterOf(context);
    const principalArn = text(context.parameters, "principalArn");
    const entry = cluster.accessEntries.find((one) => one.principalArn === principalArn);
    if (entry === undefined) {
      throw notFound(
        `The specified principalArn: ${principalArn} could not be found. You can view your list of access entries with 'ListAccessEntries'.`,
      );
    }
    const { username = principalArn, groups } = entry;
    return {
      accessEntry: {
        clusterName: cluster.name,
        principalArn,
        username,
        kubernetesGroups: groups,
        type: "STANDARD",
      },
    };
  },
};

/** The cluster that a request names, in the request's region. @throws AwsError ResourceNotFoundException */
export function clusterOf({ awsAccount, region, parameters }: OperationContext): ClusterState {
  const name = maybeText(parameters, "name") ?? text(parameters, "clusterName");
  const cluster = at(awsAccount.clusters, `${region}/${name}`);
  if (cluster === undefined) throw notFound(`No cluster found for name: ${name}.`);
  return cluster;
}

/** EKS's answer for what does not exist. */
export function notFound(message: string): AwsError {
  return new AwsError(404, "ResourceNotFoundException", message);
}

/** A page of an EKS list. Source: as above; `maxResults` is 100 at most, and by default. */
export function listResult<T>(name: string, items: readonly T[], { parameters }: OperationContext) {
  const size = Number(maybeText(parameters, "maxResults") ?? 100);
  if (!(size >= 1 && size <= 100)) {
    throw new AwsError(400, "InvalidParameterException", "maxResults must be between 1 and 100");
  }
  const page = cut(items, maybeText(parameters, "nextToken"), size);
  return { [name]: page.items, nextToken: page.next };
}

function describe(cluster: ClusterState): Result {
  const { name, arn, created, version, endpoint, issuer, status, caPem, tags, autoMode = false } = cluster;
  return {
    name,
    arn,
    createdAt: new Date(created),
    version,
    endpoint,
    roleArn: arn.replace(/:eks:[^:]*:(\d+):cluster\/.*/, ":iam::$1:role/cluster"),
    resourcesVpcConfig: {
      subnetIds: [],
      securityGroupIds: [],
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ["0.0.0.0/0"],
    },
    kubernetesNetworkConfig: { serviceIpv4Cidr: "10.100.0.0/16", ipFamily: "ipv4" },
    identity: issuer === undefined ? undefined : { oidc: { issuer } },
    status,
    certificateAuthority: { data: Buffer.from(caPem).toString("base64") },
    platformVersion: "eks.1",
    accessConfig: { authenticationMode: "API" },
    computeConfig: { enabled: autoMode },
    tags,
  };
}
