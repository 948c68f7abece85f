import type { AwsPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { parseRoleArn, roleRef, type RoleArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import { grouped } from "../model/grouped.ts";
import type { Provider, Role } from "../model/iam-objects.ts";
import { providerArn } from "../model/issuer.ts";
import { known, look, unknown, UNASKED, valueOf, type Known } from "../model/known.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { annotatedArn, annotatedRole } from "../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { TRUST_QUOTA, trustQuotaIn } from "../model/trust-policy/size-quota.ts";
import { MANY_ROLES, rolesListed } from "../service-account/role/roles-listed.ts";
import { askRights } from "../service-account/service-account/rights.ts";
import { agentPlaces, type AgentPlaces } from "./agent.ts";
import type { SdkEvidence, Subject } from "./row.ts";

/** How many roles are read side by side. */
const AT_ONCE = 8;

/** Everything that a migration is planned from. */
export interface ObservedMigration {
  readonly cluster: ClusterWithIssuer;
  readonly subjects: readonly Subject[];
  readonly agent: AgentPlaces;
  readonly provider: Known<Provider | undefined>;
  /** How many characters a trust policy may have. */
  readonly quota: number;
}

/** What an observation reads from. */
export interface MigrationSources {
  readonly aws: AwsPort;
  readonly kubernetes: KubernetesPort;
  /** What was read of lock files and SBOMs, by `namespace/name`. */
  readonly sdksOf?: (path: string) => SdkEvidence | undefined;
}

/**
 * Reads the ServiceAccounts, or all that have a role by either way, in as many calls for five hundred as for one, but for
 * associations, of which EKS lists no role.
 * @throws Failure if ServiceAccounts, pods or associations can't be listed: none of them may be overlooked
 */
export async function observeMigration(
  refs: readonly ServiceAccountRef[] | "all",
  cluster: ClusterWithIssuer,
  { aws: { eks, iam }, kubernetes, sdksOf }: MigrationSources,
): Promise<ObservedMigration> {
  const only = refs !== "all" && refs.length === 1 ? refs[0] : undefined;
  const [serviceAccounts, associations, pods, provider, quota] = await Promise.all([
    kubernetes.listServiceAccounts(undefined),
    eks.describePodIdentities(cluster.name, only),
    kubernetes.listPods({}),
    look(() => iam.getProvider(providerArn(cluster, cluster.issuer))),
    look(async () => trustQuotaIn(await iam.getAccountSummary())),
  ]);
  const accounts = new Map(serviceAccounts.map((one) => [serviceAccountPath(one.ref), one]));
  const associated = new Map(associations.map((one) => [serviceAccountPath(one.serviceAccount), one]));
  const running = pods.filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed");
  const podsOf = grouped(
    running,
    ({ namespace, serviceAccountName }) => `${namespace}/${serviceAccountName}`,
  );
  const chosen =
    refs === "all"
      ? serviceAccounts
          .filter((one) => annotatedRole(one).kind !== "none" || associated.has(serviceAccountPath(one.ref)))
          .map(({ ref }) => ref)
      : refs;
  const paths = chosen.map(serviceAccountPath);
  const arns = paths.flatMap((path) =>
    [annotatedArn(accounts.get(path)) ?? [], parsedArns(associated.get(path)?.roleArn)].flat(),
  );
  const [role, mayPatch] = await Promise.all([readRoles(arns, cluster, iam), readRights(chosen, kubernetes)]);
  const subjects = chosen.map((ref): Subject => {
    const path = serviceAccountPath(ref);
    return {
      ref,
      serviceAccount: accounts.get(path),
      association: associated.get(path),
      role,
      pods: podsOf.get(path) ?? [],
      sdks: sdksOf?.(path),
      mayPatch: mayPatch(ref),
    };
  });
  return {
    cluster,
    subjects,
    agent: agentPlaces(running, cluster),
    provider,
    quota: valueOf(quota) ?? TRUST_QUOTA.usual,
  };
}

/** What is not a role's ARN leads to no role that could be read. */
function parsedArns(text: string | undefined): readonly RoleArn[] {
  const parsed = parseRoleArn(text ?? "");
  return parsed.ok ? [parsed.value] : [];
}

async function readRoles(
  arns: readonly RoleArn[],
  { awsAccount }: ClusterWithIssuer,
  iam: AwsPort["iam"],
): Promise<Subject["role"]> {
  const all = [...new Set(arns)];
  const reads = all.length < MANY_ROLES ? iam : { ...iam, ...(await rolesListed(iam)) };
  const read = await mapConcurrent(all, AT_ONCE, async (arn) => [arn, await readRole(arn)] as const);
  const found = new Map(read);
  return (arn) => found.get(arn) ?? known(undefined);

  async function readRole(arn: RoleArn): Promise<Known<Role | undefined>> {
    const { name, awsAccount: owner } = roleRef(arn);
    if (owner !== awsAccount)
      return unknown(
        new Failure("refused", "not-ready", `the role is in AWS account ${owner}`, {
          facts: [["role", arn]],
          advice:
            "An association takes roles of the cluster's AWS account; use irsa create-sa --target-role-arn",
        }),
      );
    const role = await look(() => reads.getRole(name));
    // A role of the name under another path is another role.
    return role.state === "known" && role.value?.arn !== arn ? known(undefined) : role;
  }
}

async function readRights(
  refs: readonly ServiceAccountRef[],
  kubernetes: KubernetesPort,
): Promise<(ref: ServiceAccountRef) => Known<boolean>> {
  const right = "patch serviceaccounts";
  const namespaces = [...new Set(refs.map(({ namespace }) => namespace))];
  const asked = await mapConcurrent(namespaces, AT_ONCE, async (namespace) => {
    const { [right]: may = UNASKED } = await askRights(kubernetes, namespace, [right]);
    return [namespace, may] as const;
  });
  const answers = new Map(asked);
  return ({ namespace }) => {
    const answer = answers.get(namespace);
    return answer === undefined || answer.state === "unasked"
      ? unknown(new Failure("failed", "forbidden", "not asked"))
      : answer;
  };
}
