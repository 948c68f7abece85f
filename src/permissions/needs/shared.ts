import { NODE_CLASS_KINDS, NODE_CLASSES } from "../../model/node-classes.ts";
import { kindRow, WORKLOAD_KINDS } from "../../model/workload-kinds.ts";
import { aws, core, inGroup, type AwsRight, type ClusterRight } from "../right.ts";

/** What every command begins with. */
export const DESCRIBE: readonly AwsRight[] = aws(
  "required",
  "cluster",
  "finds the cluster's issuer, endpoint and certificates",
  "eks:DescribeCluster",
);

/** As `DESCRIBE`, of commands that let someone at a terminal choose the cluster. */
export const REACH: readonly AwsRight[] = [
  ...DESCRIBE,
  ...aws("advisory", "account", "offers a choice in a terminal if no cluster is given", "eks:ListClusters"),
];

/** With `--kubeconfig` or `--context`, where the certificates don't prove that the context is the cluster. */
export const BY_KUBECONFIG: readonly ClusterRight[] = core(
  "advisory",
  "with --kubeconfig, verifies that the context is the cluster",
  "get /.well-known/openid-configuration",
);

/** What tells (with ListRoles) of many roles together; where it is denied, each is read by itself. */
export const MANY_AT_ONCE: readonly AwsRight[] = aws(
  "advisory",
  "account",
  "with ListRoles, reads many roles in one request",
  "GetAccountAuthorizationDetails",
);

/** What Pod Identity associations there are, and their roles. */
export const ASSOCIATIONS: readonly AwsRight[] = [
  ...aws("advisory", "cluster", "Pod Identity associations", "eks:ListPodIdentityAssociations"),
  ...aws(
    "advisory",
    "association",
    "the role of the Pod Identity association",
    "eks:DescribePodIdentityAssociation",
  ),
];

/** What gives the cluster's nodes their roles. */
export const NODE_ROLES: readonly AwsRight[] = [
  ...aws(
    "advisory",
    "cluster",
    "managed node groups and Fargate profiles",
    "eks:ListNodegroups",
    "eks:ListFargateProfiles",
  ),
  ...aws(
    "advisory",
    "account",
    "how the nodes' instances offer the credentials of their role",
    "ec2:DescribeInstances",
  ),
  ...aws(
    "as-used",
    "account",
    "the same for node groups without nodes, from their launch template",
    "ec2:DescribeLaunchTemplateVersions",
  ),
  ...aws("advisory", "instance-profile", "the role of the nodes' instances", "GetInstanceProfile"),
  ...aws("advisory", "node-group", "the role of the nodes", "eks:DescribeNodegroup"),
  ...aws("advisory", "fargate-profile", "the pod execution role", "eks:DescribeFargateProfile"),
];

/** The node classes that give nodes their roles, where the cluster has the kinds. */
export const NODE_CLASS_OBJECTS: readonly ClusterRight[] = NODE_CLASS_KINDS.flatMap((kind) => {
  const { group, resource } = NODE_CLASSES[kind];
  const why = `the roles that nodes will have (${kind} of ${group})`;
  return inGroup(group, "as-used", why, [`list ${resource}`]);
});

/** To make the provider, or add to it what it lacks. */
export const MAKE_PROVIDER = ["CreateOpenIDConnectProvider", "TagOpenIDConnectProvider"] as const;

/** What is read of managed policies that are to be attached. */
export const READ_POLICIES: readonly AwsRight[] = aws(
  "advisory",
  "policy",
  "warns about administrator policies and missing policies; required for a file that detaches one",
  "GetPolicy",
  "GetPolicyVersion",
);

/** The proof that STS accepts the account's token; STS asks for no right of AWS's. */
export const PROOF: readonly ClusterRight[] = core(
  "advisory",
  "verifies that STS accepts the ServiceAccount's token",
  "create serviceaccounts/token",
);

/** A verb on workloads of these kinds; on those that a cluster may lack only where there are any. */
export function onWorkloads(
  level: ClusterRight["level"],
  why: string,
  verb: string,
  isMeant: (row: ReturnType<typeof kindRow>) => boolean,
): ClusterRight[] {
  return WORKLOAD_KINDS.map(kindRow)
    .filter(isMeant)
    .flatMap(({ group, resource, kind, custom }) =>
      custom === true
        ? inGroup(group, "as-used", `${why} (${kind} of ${group})`, [`${verb} ${resource}`])
        : inGroup(group, level, why, [`${verb} ${resource}`]),
    );
}
