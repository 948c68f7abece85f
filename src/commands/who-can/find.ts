import { attempting, type Attempt } from "../../audit/attempt.ts";
import { chainsTo, readLeadingRoles, withRolesOf, type LeadingRoles } from "../../audit/chains/chains-to.ts";
import { mayAllowRoles } from "../../audit/chains/trust-index.ts";
import type { AuditedCluster, Gap } from "../../audit/inventory.ts";
import { observeCluster, type ClusterSource } from "../../audit/observe-cluster.ts";
import { observeNodes } from "../../audit/nodes/observe-nodes.ts";
import { mayBeOfNodes } from "../../audit/nodes/node-access.ts";
import { firstRoles, observePermissions } from "../../audit/observe-policies.ts";
import { whoCan as answerOf } from "../../audit/who-can.ts";
import type { IamPort } from "../../aws/port.ts";
import type { WhoCan } from "../../model/access-answers.ts";
import { roleRef } from "../../model/arn.ts";
import { asSeenFrom } from "../../model/cluster.ts";
import type { RoleListing } from "../../model/iam-objects.ts";
import { providerArn } from "../../model/issuer.ts";
import { known, mapKnown, valueOf } from "../../model/known.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { memoized } from "../../model/memoized.ts";
import { readTrust } from "../../model/trust-policy/read.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { selectedIds } from "../shared/list-options.ts";

/** How many roles are read concurrently. */
const AT_ONCE = 8;

/** A role, the IAM of its AWS account, and the roles in it that may lead to the role. */
export interface HomeOfRole {
  readonly role: RoleListing;
  readonly iam: IamPort;
  readonly leading: () => Promise<LeadingRoles>;
}

/** The role, and what is to be known of its AWS account. The other roles are read once, when they are needed. */
export function homeOf(role: RoleListing, iam: IamPort): HomeOfRole {
  return { role, iam, leading: memoized(() => readLeadingRoles(role, iam)) };
}

/** The clusters of an AWS account, and its IAM. */
export interface ClustersOfAccount {
  readonly sources: readonly ClusterSource[];
  readonly iam: IamPort;
}

/**
 * Finds the ServiceAccounts of clusters that can assume the role, or a role of its AWS account that leads to it, also by a role of the clusters'
 * AWS account. Of clusters in another AWS account than the role's, tokens count if the role's AWS account has a provider of the cluster's issuer; Pod Identity
 * reaches it as a target role.
 * @param gaps gets what could not be read
 */
export async function findSubjects(
  { role, iam: homeIam, leading: readLeading }: HomeOfRole,
  { sources, iam }: ClustersOfAccount,
  selector: SelectorText | undefined,
  gaps: Gap[],
): Promise<WhoCan> {
  const attempt = attempting(gaps);
  const { awsAccount } = roleRef(role.arn);
  const mayBeLedTo = mayAllowRoles(readTrust(role.trust));
  const outside = sources.find(({ cluster }) => cluster.awsAccount !== awsAccount)?.cluster.awsAccount;
  const near = await readLeading();
  const leading = outside === undefined ? near : await withRolesOf(outside, near, iam);
  const isInFull = leading !== near;
  const observed = sources.map(async (source) => {
    const isHome = source.cluster.awsAccount === awsAccount;
    const seen = isHome ? source : { ...source, cluster: asSeenFrom(source.cluster, awsAccount) };
    const withNodes = isHome && (mayBeLedTo || mayBeOfNodes(role.trust));
    const [audited, own] = await Promise.all([
      observeCluster(seen, homeIam, attempt, withNodes),
      isInFull && !isHome ? observeOwn(source, iam, attempt) : undefined,
    ]);
    return { source, isHome, audited, own };
  });
  const read = await Promise.all(observed);
  gaps.push(...leading.gaps);
  const reached = new Set<string>(leading.roles.map(({ arn }) => arn));
  const each = read.map(({ source, isHome, audited, own }) => {
    const ofRoles = mapKnown(audited.associations, (all) =>
      all.filter(({ targetRoleArn }) => targetRoleArn !== undefined && reached.has(targetRoleArn)),
    );
    const views = isHome ? [audited] : viewsFromOutside(audited, source, ofRoles, own);
    return { source, ofRoles, views };
  });
  const firsts = firstRoles(
    each.map(({ source: { cluster }, ofRoles: associations }) => ({ cluster, associations })),
  );
  const others = await readRoles(firsts, iam, attempt);
  const arns = others.map(({ arn }) => arn);
  const permissionsOf = await observePermissions(arns, iam, attempt);
  const clusters = each.flatMap(({ views }) => views);
  const iamOf = (account: string): IamPort => (account === awsAccount ? homeIam : iam);
  const found = { iam: iamOf, attempt, gaps, permissionsOf };
  const chains = await chainsTo(role.arn, leading, clusters, others, found);
  const answer = answerOf(role, { clusters, others, gaps, permissionsOf, chains });
  const all = withOwnClusters(answer, sources);
  return selector === undefined ? all : selectedOf(all, selector, sources);
}

/** What only the cluster's own AWS account has of it: roles of that AWS account may lead to the requested one. */
async function observeOwn(
  { cluster, eks, ec2, kubernetes }: ClusterSource,
  iam: IamPort,
  attempt: Attempt,
): Promise<OwnParts> {
  const api = await attempt(`nodes of ${cluster.name}`, kubernetes);
  const [ownProvider, ownNodes] = await Promise.all([
    attempt(`identity provider of ${cluster.name}`, () =>
      iam.getProvider(providerArn(cluster, cluster.issuer)),
    ),
    observeNodes({ name: cluster.name, eks, ec2, iam, kubernetes: api }, attempt),
  ]);
  return { provider: ownProvider, nodes: ownNodes };
}

type OwnParts = Pick<AuditedCluster, "provider" | "nodes">;

/**
 * A cluster in another AWS account, twice: as the role's AWS account sees its tokens, by a provider of its own; and as its
 * own AWS account sees it, or its associations alone.
 */
function viewsFromOutside(
  audited: AuditedCluster,
  { cluster }: ClusterSource,
  associations: AuditedCluster["associations"],
  own: OwnParts | undefined,
): readonly AuditedCluster[] {
  const none = mapKnown(associations, () => []);
  return [
    { ...audited, associations: none },
    own === undefined
      ? { ...audited, cluster, provider: known(undefined), associations }
      : { ...audited, cluster, provider: own.provider, nodes: own.nodes },
  ];
}

/** The clusters as their own AWS account has them, each once. */
function withOwnClusters(answer: WhoCan, sources: readonly ClusterSource[]): WhoCan {
  const own = new Map(sources.map(({ cluster }) => [cluster.arn, cluster]));
  const changed = withSubjects(answer, (subjects) =>
    subjects.map((one) => ({ ...one, cluster: own.get(one.cluster.arn) ?? one.cluster })),
  );
  return { ...changed, clusters: [...own.values()] };
}

/** Those of the role and of the chains to it, changed alike. */
function withSubjects(answer: WhoCan, change: (subjects: WhoCan["subjects"]) => WhoCan["subjects"]): WhoCan {
  const chains = answer.chains.map((one) => ({ ...one, subjects: change(one.subjects) }));
  return { ...answer, subjects: change(answer.subjects), chains };
}

async function readRoles(arns: ReturnType<typeof firstRoles>, iam: IamPort, attempt: Attempt) {
  const read = await mapConcurrent(arns, AT_ONCE, (arn) =>
    attempt(`role ${arn}`, () => iam.getRole(roleRef(arn).name)),
  );
  return read.flatMap((one) => valueOf(one) ?? []);
}

/** The ServiceAccounts with these labels alone; one that does not exist has none. */
async function selectedOf(
  answer: WhoCan,
  selector: SelectorText,
  sources: readonly ClusterSource[],
): Promise<WhoCan> {
  const selected = await selectedIds(sources, selector);
  const changed = withSubjects(answer, (subjects) =>
    subjects.filter(({ cluster, serviceAccount }) =>
      selected.has(`${cluster.arn}/${serviceAccountPath(serviceAccount)}`),
    ),
  );
  return { ...changed, chains: changed.chains.filter(({ subjects }) => subjects.length > 0) };
}
