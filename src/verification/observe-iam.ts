import type { AwsPort, IamPort } from "../aws/port.ts";
import { roleRef, type RoleArn } from "../model/arn.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Role } from "../model/iam-objects.ts";
import { look, known, UNASKED, valueOf, type Known, type Seen } from "../model/known.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { computedRoleName } from "../model/role-name.ts";
import { permissionsOf, type RolePermissions } from "../model/role-permissions.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { trustQuotaIn } from "../model/trust-policy/size-quota.ts";
import { wayOf } from "./choose-way.ts";
import { providerFor, roleArnOf, targetRoleArnOf } from "./facts.ts";
import type { Observed, RoleView } from "./observed.ts";
import type { Sources } from "./sources.ts";
import { exceedsDefaultQuota } from "./trust-size.ts";

/** How many policies of a role are read at the same time. */
const READS = 8;

type IamSources = Pick<Sources, "aws" | "second">;

/** Reads the quota of trust policies where a fix may need more than every AWS account has, in the role's AWS account. */
export async function observeTrustQuota(sources: IamSources, observed: Observed): Promise<Observed> {
  if (!exceedsDefaultQuota(observed)) return observed;
  const iam = iamOf(sources, valueOf(observed.cluster), roleArnOf(observed)) ?? sources.aws.iam;
  return { ...observed, trustQuota: await look(async () => trustQuotaIn(await iam.getAccountSummary())) };
}

type OnWay = Pick<Observed, "subject" | "cluster" | "serviceAccount" | "association" | "tried" | "pods">;

type Iam = Pick<Observed, "provider" | "providers" | "role" | "targetRole" | "permissions" | "kept">;

/** Reads what IAM has of the chain, each role in the AWS account that it is in. */
export async function observeIam(sources: IamSources, onWay: OnWay): Promise<Iam> {
  const { aws } = sources;
  const cluster = valueOf(onWay.cluster);
  const ref = valueOf(onWay.serviceAccount)?.ref;
  const isIrsa = wayOf(onWay) === "irsa";
  const own = roleArnOf(onWay);
  const hasTarget = !isIrsa && targetRoleArnOf(onWay) !== undefined;
  const [{ provider, providers }, role, targetRole, permissions] = await Promise.all([
    isIrsa ? observeProvider(sources, cluster, own) : { provider: UNASKED, providers: UNASKED },
    readIn(sources, cluster, own, observeRole),
    isIrsa ? UNASKED : readIn(sources, cluster, targetRoleArnOf(onWay), observeTarget),
    hasTarget ? readIn(sources, cluster, own, observePermissions) : UNASKED,
  ]);
  const found = role.state === "known" && role.value !== undefined;
  const kept =
    found || cluster === undefined || ref === undefined ? UNASKED : await observeKept(aws, cluster, ref);
  return { provider, providers, role, targetRole, permissions, kept };
}

/** Reads a role in its AWS account; those of AWS accounts that no profile was given for can't be read. */
function readIn<T>(
  sources: IamSources,
  cluster: Cluster | undefined,
  arn: RoleArn | undefined,
  read: (iam: IamPort, arn: RoleArn) => Promise<Seen<T>>,
): Promise<Seen<T>> | Seen<T> {
  const iam = iamOf(sources, cluster, arn);
  return arn === undefined || iam === undefined ? UNASKED : read(iam, arn);
}

function iamOf(
  { aws, second }: IamSources,
  cluster: Cluster | undefined,
  arn: RoleArn | undefined,
): IamPort | undefined {
  const awsAccount = arn && roleRef(arn).awsAccount;
  if (awsAccount !== undefined && awsAccount === second?.awsAccount) return second.iam;
  return awsAccount === undefined || awsAccount === cluster?.awsAccount ? aws.iam : undefined;
}

/** All that the role's policies say; a policy that can't be read leaves a gap. */
async function observePermissions(iam: IamPort, arn: RoleArn): Promise<Known<RolePermissions | undefined>> {
  const details = await look(() => iam.getRoleDetails(roleRef(arn).name));
  if (details.state === "unknown") return details;
  if (details.value === undefined) return known(undefined);
  const { attached, boundary } = details.value;
  const managed = [...attached, ...(boundary === undefined ? [] : [boundary])];
  const read = await mapConcurrent(managed, READS, async (policy) => {
    const document = await look(async () => {
      const version = await iam.getPolicyVersionId(policy);
      return version === undefined ? undefined : iam.getPolicyDocument(policy, version);
    });
    const found = valueOf(document);
    return found === undefined ? [] : [[policy, found] as const];
  });
  return known(permissionsOf(new Map([[arn, details.value]]), new Map(read.flat()))(arn));
}

function observeTarget(iam: IamPort, arn: RoleArn): Promise<Seen<Role | undefined>> {
  return look(() => iam.getRole(roleRef(arn).name));
}

/** In the AWS account of the role where that can be read; else in the cluster's. */
async function observeProvider(
  sources: IamSources,
  cluster: Cluster | undefined,
  role: RoleArn | undefined,
): Promise<Pick<Observed, "provider" | "providers">> {
  if (cluster?.issuer === undefined) return { provider: UNASKED, providers: UNASKED };
  const there = iamOf(sources, cluster, role);
  const iam = there ?? sources.aws.iam;
  const arn = providerFor({ ...cluster, issuer: cluster.issuer }, there && role);
  const provider = await look(() => iam.getProvider(arn));
  const absent = provider.state === "known" && provider.value === undefined;
  return { provider, providers: absent ? await look(() => iam.listProviders()) : UNASKED };
}

async function observeRole(iam: IamPort, arn: RoleArn): Promise<Seen<RoleView | undefined>> {
  const { name } = roleRef(arn);
  const [role, attached, inline] = await Promise.all([
    look(() => iam.getRole(name)),
    look(() => iam.listAttachedPolicies(name)),
    look(() => iam.listInlinePolicies(name)),
  ]);
  if (role.state !== "known") return role;
  return known(role.value && { role: role.value, attached, inline });
}

function observeKept({ iam }: AwsPort, cluster: Cluster, ref: ServiceAccountRef): Promise<Observed["kept"]> {
  return look(() => iam.getRole(computedRoleName(cluster, ref, "")));
}
