import type { AwsPort, EksPort } from "../aws/port.ts";
import { mapKnown, valueOf } from "../model/known.ts";
import type { PolicyArn, RoleArn } from "../model/arn.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import type { RoleDetails, RoleListing } from "../model/iam-objects.ts";
import { isNodeBaseline } from "../model/node-baseline.ts";
import { hostPath, type IssuerHostPath } from "../model/issuer.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { attempting, type Attempt } from "./attempt.ts";
import type { Gap, Inventory } from "./inventory.ts";
import { observeCluster, type ClusterSource } from "./observe-cluster.ts";
import { accessIndexOf, type AccessIndex, type RoleAccess } from "./access-index.ts";
import { observeChains } from "./chains/observe-chains.ts";
import { isAssumable } from "./is-assumable.ts";
import { nodeRolesByArn } from "./nodes/node-roles.ts";
import { detailsOf, documentsOf, firstRoles, managedOf } from "./observe-policies.ts";
import { observeRoles } from "./observe-roles.ts";
import { permissionsOf } from "../model/role-permissions.ts";

/** How many reads run concurrently, if each takes a call. */
const AT_ONCE = 8;

/** Everything that was read, the access analysis, and the policies of roles that pods can get, or that those can assume. */
export interface Observed {
  readonly inventory: Inventory;
  readonly access: AccessIndex;
  /** The roles that chains may lead to, where those are not of this AWS account alone. */
  readonly chained?: Pick<AccessIndex, "roles">;
  readonly details: ReadonlyMap<RoleArn, RoleDetails>;
  readonly policies: ReadonlyMap<PolicyArn, PolicyDocument>;
}

/**
 * Reads the AWS account and the clusters concurrently; a part that is denied or fails leaves a gap. Besides the lists, only
 * the policies of roles that can be assumed, or that nodes have, are read.
 * @param also true for further roles whose policies are needed
 */
export async function observe(
  aws: Pick<AwsPort, "iam">,
  sources: readonly ClusterSource[],
  now: Date,
  also: (role: RoleAccess) => boolean = () => false,
): Promise<Observed> {
  const gaps: Gap[] = [];
  const attempt = attempting(gaps);
  const { iam } = aws;
  const [listed, providers, clusters, issuers] = await Promise.all([
    observeRoles(iam, attempt),
    attempt("identity providers", () => iam.listProviders()),
    Promise.all(sources.map((source) => observeCluster(source, iam, attempt, true))),
    observeIssuers(sources, attempt),
  ]);
  const inventory = {
    now,
    roles: mapKnown(listed, ({ roles }) => roles),
    providers,
    clusters,
    issuers,
    gaps,
  };
  const inFull = valueOf(listed);
  // Whether a target role is reached depends on the policies of the role before it.
  const firsts = existing(firstRoles(clusters), inFull?.roles);
  const known = inFull?.details ?? new Map<RoleArn, RoleDetails>();
  const unknownFirsts = firsts.filter((arn) => !known.has(arn));
  const firstDetails = new Map([...known, ...(await detailsOf(unknownFirsts, iam, attempt))]);
  const firstPolicies = await documentsOf(
    managedOf(firsts, firstDetails),
    inFull?.policies ?? new Map(),
    iam,
    attempt,
  );
  const access = accessIndexOf(inventory, gaps, permissionsOf(firstDetails, firstPolicies));
  const assumable = access.roles
    .filter((role) => isAssumable(role) || also(role))
    .map(({ role }) => role.arn);
  const ofNodes = existing([...nodeRolesByArn(clusters).keys()], valueOf(inventory.roles));
  const reached = [...new Set([...assumable, ...ofNodes])];
  const unread = reached.filter((arn) => !firstDetails.has(arn) && !firsts.includes(arn));
  const details = new Map([...firstDetails, ...(await detailsOf(unread, iam, attempt))]);
  const attached = new Set([
    ...assumable.flatMap((arn) => details.get(arn)?.attached ?? []),
    // What the baseline of nodes allows is known.
    ...ofNodes.flatMap((arn) => details.get(arn)?.attached ?? []).filter((arn) => !isNodeBaseline(arn)),
  ]);
  const policies = await documentsOf(attached, firstPolicies, iam, attempt);
  const followed = await observeChains(reached, { access, details, policies }, iam, attempt, gaps);
  return { inventory, access, ...followed };
}

/** Those of the roles that exist, as far as that is known. */
function existing(arns: readonly RoleArn[], roles: readonly RoleListing[] = []): readonly RoleArn[] {
  const all = new Set(roles.map(({ arn }) => arn));
  return arns.filter((arn) => all.has(arn));
}

/** The issuers of all clusters, by region; a region with a cluster that could not be read is omitted. */
async function observeIssuers(
  sources: readonly ClusterSource[],
  attempt: Attempt,
): Promise<ReadonlyMap<string, ReadonlySet<IssuerHostPath>>> {
  const regions = new Map(sources.map(({ cluster, eks }) => [cluster.region, eks]));
  const known = new Map(sources.map(({ cluster }) => [cluster.arn, cluster]));
  const found = await Promise.all(
    [...regions].map(async ([region, eks]): Promise<[string, ReadonlySet<IssuerHostPath>][]> => {
      const own = [...known.values()].filter((cluster) => cluster.region === region);
      const issuers = await attempt(`clusters in ${region}`, () =>
        issuersIn(
          eks,
          own.map(({ name }) => name),
        ),
      );
      if (issuers.state === "unknown") return [];
      return [[region, new Set([...issuers.value, ...own.map(({ issuer }) => hostPath(issuer))])]];
    }),
  );
  return new Map(found.flat());
}

/** Of all clusters of a region except the known ones. */
async function issuersIn(eks: EksPort, known: readonly string[]): Promise<IssuerHostPath[]> {
  const others = (await eks.listClusters()).filter((name) => !known.includes(name));
  const described = await mapConcurrent(others, AT_ONCE, (name) => eks.describeCluster(name));
  return described.flatMap((cluster) => (cluster?.issuer === undefined ? [] : [hostPath(cluster.issuer)]));
}
