import type { AwsPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { roleRef, type RoleArn } from "../model/arn.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Role } from "../model/iam-objects.ts";
import type { Pod, PodSpec } from "../model/kubernetes-objects.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { computedRoleName } from "../model/role-name.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { permissionsOf, type RolePermissions } from "../model/role-permissions.ts";
import { trustQuotaIn } from "../model/trust-policy/size-quota.ts";
import { envSourcesOf, sourceText, type EnvKeys } from "../workload/env-keys.ts";
import type { Subject } from "./chain.ts";
import { wayOf } from "./choose-way.ts";
import { providerFor, roleArnOf, targetRoleArnOf } from "./facts.ts";
import { WEBHOOK_NAME } from "./links/webhook.ts";
import { observeAgent } from "./observe-agent.ts";
import type { AssociationView, ServiceAccountView, Observed, RoleView } from "./observed.ts";
import { listed, look, known, UNASKED, valueOf, type Known, type Seen } from "../model/known.ts";
import type { SeenBy, Sources } from "./sources.ts";
import { exceedsDefaultQuota } from "./trust-size.ts";
import { observeSubject } from "./observe-subject.ts";

/** How many ConfigMaps and Secrets of a chain are read at the same time. */
const READS = 8;

/** Reads everything that the chain is checked by, except the token exchange; a read that fails is recorded as unknown. */
export async function observeChain(subject: Subject, sources: Sources): Promise<Observed> {
  const { aws, kubernetes, cluster, clusterFlags } = sources;
  const api = valueOf(kubernetes);
  const seenBy = <T>(read: (api: KubernetesPort) => Promise<T>): Promise<Seen<T>> =>
    api === undefined
      ? Promise.resolve(kubernetes.state === "unknown" ? kubernetes : UNASKED)
      : look(() => read(api));
  const webhook = seenBy((on) => on.getWebhook(WEBHOOK_NAME));
  const about = await observeSubject(subject, seenBy);
  const serviceAccount =
    about.serviceAccount.state === "known"
      ? await observeServiceAccount(about.serviceAccount.value, seenBy)
      : about.serviceAccount;
  const found = valueOf(serviceAccount)?.found;
  const ref = valueOf(about.serviceAccount);
  const known = valueOf(cluster);
  const [tried, association, pods] = await Promise.all([
    found === undefined ? UNASKED : seenBy((on) => on.tryPod(found.ref)),
    ref === undefined || known === undefined ? UNASKED : observeAssociation(aws, known, ref),
    observePods(about.pods, ref, seenBy),
  ]);
  const onWay = { subject, cluster, serviceAccount, association, tried, pods };
  const [iam, agent] = await Promise.all([
    observeIam(aws, onWay),
    wayOf(onWay) === "pod-identity" && known !== undefined
      ? observeAgent(aws, known, listed(pods), seenBy)
      : UNASKED,
  ]);
  const specs = [
    ...(about.template.state === "known" ? [about.template.value] : []),
    ...listed(pods)
      .filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed")
      .map(({ spec }) => spec),
  ];
  const observed: Observed = {
    subject,
    at: Date.now(),
    envKeys: await observeEnvKeys(specs, subject.namespace, seenBy),
    clusterFlags,
    cluster,
    serviceAccount,
    tried,
    association,
    agent,
    template: about.template,
    pods,
    ...iam,
    webhook: await webhook,
    trustQuota: UNASKED,
    proof: UNASKED,
    token: UNASKED,
  };
  if (!exceedsDefaultQuota(observed)) return observed;
  return { ...observed, trustQuota: await look(async () => trustQuotaIn(await aws.iam.getAccountSummary())) };
}

async function observeServiceAccount(
  ref: ServiceAccountRef,
  seenBy: SeenBy,
): Promise<Seen<ServiceAccountView>> {
  const [found, namespace] = await Promise.all([
    seenBy((on) => on.getServiceAccount(ref)),
    seenBy((on) => on.getNamespace(ref.namespace)),
  ]);
  return found.state === "known" ? known({ ref, namespace, found: found.value }) : found;
}

async function observePods(
  own: Seen<readonly Pod[]>,
  ref: ServiceAccountRef | undefined,
  seenBy: SeenBy,
): Promise<Seen<readonly Pod[]>> {
  if (own.state !== "unasked" || ref === undefined) return own;
  return seenBy((on) => on.listPods(ref));
}

/** The ConfigMaps and Secrets of `envFrom`, each once. */
async function observeEnvKeys(
  specs: readonly PodSpec[],
  namespace: Subject["namespace"],
  seenBy: SeenBy,
): Promise<EnvKeys> {
  const sources = envSourcesOf({ containers: specs.flatMap(({ containers }) => containers) });
  const read = await mapConcurrent(sources, READS, async ({ kind, name }) => {
    const keys = await seenBy((on) => on.getKeyNames({ kind, namespace, name }));
    return keys.state === "unasked" ? [] : [[sourceText({ kind, name }), keys] as const];
  });
  return new Map(read.flat());
}

async function observeAssociation(
  { eks }: AwsPort,
  cluster: Cluster,
  ref: ServiceAccountRef,
): Promise<Seen<AssociationView | undefined>> {
  const found = await look(() => eks.listPodIdentityAssociations(cluster.name, ref));
  if (found.state !== "known") return found;
  const [one] = found.value;
  if (one === undefined) return known(undefined);
  const { id } = one;
  const described = await look(() => eks.describePodIdentities(cluster.name, ref));
  if (described.state === "unknown") return known({ id, details: described });
  const [details] = described.value;
  return known(details && { id: details.id, details: known(details) });
}

type OnWay = Pick<Observed, "subject" | "cluster" | "serviceAccount" | "association" | "tried" | "pods">;

type Iam = Pick<Observed, "provider" | "providers" | "role" | "targetRole" | "permissions" | "kept">;

async function observeIam(aws: AwsPort, onWay: OnWay): Promise<Iam> {
  const cluster = valueOf(onWay.cluster);
  const ref = valueOf(onWay.serviceAccount)?.ref;
  const isIrsa = wayOf(onWay) === "irsa";
  const hasTarget = !isIrsa && targetRoleArnOf(onWay) !== undefined;
  const [{ provider, providers }, role, targetRole, permissions] = await Promise.all([
    isIrsa ? observeProvider(aws, cluster) : { provider: UNASKED, providers: UNASKED },
    observeOwn(cluster, roleArnOf(onWay), (arn) => observeRole(aws, arn)),
    isIrsa ? UNASKED : observeOwn(cluster, targetRoleArnOf(onWay), (arn) => observeTarget(aws, arn)),
    hasTarget ? observeOwn(cluster, roleArnOf(onWay), (arn) => observePermissions(aws, arn)) : UNASKED,
  ]);
  const found = role.state === "known" && role.value !== undefined;
  const kept =
    found || cluster === undefined || ref === undefined ? UNASKED : await observeKept(aws, cluster, ref);
  return { provider, providers, role, targetRole, permissions, kept };
}

/** Roles of other AWS accounts can't be read. */
function observeOwn<T>(
  cluster: Cluster | undefined,
  arn: RoleArn | undefined,
  observe: (arn: RoleArn) => Promise<Seen<T>>,
): Promise<Seen<T>> | Seen<T> {
  if (arn === undefined || roleRef(arn).awsAccount !== cluster?.awsAccount) return UNASKED;
  return observe(arn);
}

/** All that the role's policies say; a policy that can't be read leaves a gap. */
async function observePermissions(
  { iam }: AwsPort,
  arn: RoleArn,
): Promise<Known<RolePermissions | undefined>> {
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

function observeTarget({ iam }: AwsPort, arn: RoleArn): Promise<Seen<Role | undefined>> {
  return look(() => iam.getRole(roleRef(arn).name));
}

async function observeProvider(
  { iam }: AwsPort,
  cluster: Cluster | undefined,
): Promise<Pick<Observed, "provider" | "providers">> {
  if (cluster?.issuer === undefined) return { provider: UNASKED, providers: UNASKED };
  const arn = providerFor({ ...cluster, issuer: cluster.issuer }, undefined);
  const provider = await look(() => iam.getProvider(arn));
  const absent = provider.state === "known" && provider.value === undefined;
  return { provider, providers: absent ? await look(() => iam.listProviders()) : UNASKED };
}

async function observeRole({ iam }: AwsPort, arn: RoleArn): Promise<Seen<RoleView | undefined>> {
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
