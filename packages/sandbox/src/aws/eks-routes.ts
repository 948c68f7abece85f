import type { JsonService, Parameters } from "./exchange.ts";

/** Method, path and operation. Source: Amazon EKS API Reference, "Request Syntax" of each operation. */
const ROUTES: readonly (readonly [method: string, path: string, action: string])[] = [
  ["GET", "/clusters", "ListClusters"],
  ["POST", "/clusters", "CreateCluster"],
  ["GET", "/clusters/{name}", "DescribeCluster"],
  ["DELETE", "/clusters/{name}", "DeleteCluster"],
  ["GET", "/cluster-versions", "DescribeClusterVersions"],
  ["GET", "/clusters/{clusterName}/pod-identity-associations", "ListPodIdentityAssociations"],
  ["POST", "/clusters/{clusterName}/pod-identity-associations", "CreatePodIdentityAssociation"],
  [
    "GET",
    "/clusters/{clusterName}/pod-identity-associations/{associationId}",
    "DescribePodIdentityAssociation",
  ],
  [
    "POST",
    "/clusters/{clusterName}/pod-identity-associations/{associationId}",
    "UpdatePodIdentityAssociation",
  ],
  [
    "DELETE",
    "/clusters/{clusterName}/pod-identity-associations/{associationId}",
    "DeletePodIdentityAssociation",
  ],
  ["GET", "/clusters/{clusterName}/addons", "ListAddons"],
  ["POST", "/clusters/{clusterName}/addons", "CreateAddon"],
  ["GET", "/clusters/{clusterName}/addons/{addonName}", "DescribeAddon"],
  ["POST", "/clusters/{clusterName}/addons/{addonName}/update", "UpdateAddon"],
  ["DELETE", "/clusters/{clusterName}/addons/{addonName}", "DeleteAddon"],
  ["GET", "/clusters/{clusterName}/node-groups", "ListNodegroups"],
  ["POST", "/clusters/{clusterName}/node-groups", "CreateNodegroup"],
  ["GET", "/clusters/{clusterName}/node-groups/{nodegroupName}", "DescribeNodegroup"],
  ["DELETE", "/clusters/{clusterName}/node-groups/{nodegroupName}", "DeleteNodegroup"],
  ["GET", "/clusters/{clusterName}/fargate-profiles", "ListFargateProfiles"],
  ["POST", "/clusters/{clusterName}/fargate-profiles", "CreateFargateProfile"],
  ["GET", "/clusters/{clusterName}/fargate-profiles/{fargateProfileName}", "DescribeFargateProfile"],
  ["DELETE", "/clusters/{clusterName}/fargate-profiles/{fargateProfileName}", "DeleteFargateProfile"],
  ["GET", "/addons/supported-versions", "DescribeAddonVersions"],
  ["GET", "/clusters/{clusterName}/access-entries", "ListAccessEntries"],
  ["GET", "/clusters/{clusterName}/access-entries/{principalArn}", "DescribeAccessEntry"],
  ["GET", "/tags/{resourceArn}", "ListTagsForResource"],
  ["POST", "/tags/{resourceArn}", "TagResource"],
  ["DELETE", "/tags/{resourceArn}", "UntagResource"],
];

/** Source: Amazon EKS Auth API Reference, AssumeRoleForPodIdentity. */
const AUTH_ROUTE = [
  "POST",
  "/clusters/{clusterName}/assume-role-for-pod-identity",
  "AssumeRoleForPodIdentity",
] as const;

/** The operations of EKS Auth that are emulated, by name. */
export const EKS_AUTH_OPERATIONS: readonly string[] = [AUTH_ROUTE[2]];

/** What a method and a path ask for. */
export interface RestOperation {
  readonly service: JsonService;
  readonly action: string;
  readonly parameters: Parameters;
}

/** The operation of EKS or EKS Auth of a method and path, with the parameters that stand in the path (decoded). */
export function restOperation(method: string, path: string): RestOperation | undefined {
  for (const route of [...ROUTES, AUTH_ROUTE]) {
    const [routeMethod, template, action] = route;
    const parameters = routeMethod === method ? match(template, path) : undefined;
    const service = route === AUTH_ROUTE ? "eks-auth" : "eks";
    if (parameters !== undefined) return { service, action, parameters };
  }
  return undefined;
}

function match(template: string, path: string): Parameters | undefined {
  const wanted = template.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, segment] of wanted.entries()) {
    const value = given[i] ?? "";
    if (segment.startsWith("{") && value !== "") parameters[segment.slice(1, -1)] = decodeURIComponent(value);
    else if (segment !== value) return undefined;
  }
  return parameters;
}
