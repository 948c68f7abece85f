import { roleIdOf } from "../fakes/role-id.ts";
import type { AuditedCluster, Inventory } from "../../src/audit/inventory.ts";
import type { ClassOfNodes } from "../../src/audit/nodes/cluster-nodes.ts";
import { accessIndexOf } from "../../src/audit/access-index.ts";
import { accessPathsOf, type AccessPath } from "../../src/audit/access-paths.ts";
import { known, mapKnown, unknown, valueOf, type Known } from "../../src/model/known.ts";
import { Failure } from "../../src/model/failure.ts";
import { policyName, roleRef, type ProviderArn } from "../../src/model/arn.ts";
import type { Addon } from "../../src/model/addon.ts";
import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import { AGENT_NAME } from "../../src/model/pod-identity-agent.ts";
import type { Provider, RoleListing } from "../../src/model/iam-objects.ts";
import { hostPath, providerArn } from "../../src/model/issuer.ts";
import {
  type Node,
  type PodSummary,
  AUDIENCE_ANNOTATION,
  ROLE_ANNOTATION,
  type ServiceAccount,
} from "../../src/model/kubernetes-objects.ts";
import type { FargateProfile, Instance, NodeGroup } from "../../src/model/node-objects.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { serviceAccountPath } from "../../src/model/service-account-ref.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import {
  trustPolicy,
  type WebIdentityGrant,
  webIdentityStatement,
} from "../../src/model/trust-policy/grant.ts";
import { aCluster, aServiceAccount, AUDIENCE, OLD_ISSUER, ownRole } from "../fakes/values.ts";

/** The moment at which the tests' audits are made. */
export const NOW = new Date("2026-11-24T12:00:00Z");
export const CLUSTER = aCluster();
/** Another cluster of the same AWS account and region. */
export const OTHER = aCluster({
  arn: "arn:aws:eks:ap-northeast-2:111122223333:cluster/green",
  issuer: OLD_ISSUER,
});
export const HOST_PATH = hostPath(CLUSTER.issuer);
export const PROVIDER = providerArn(CLUSTER, CLUSTER.issuer);
export const SUB = `${HOST_PATH}:sub`;
export const AUD = `${HOST_PATH}:aud`;

/** A ServiceAccount by `namespace/name`, annotated as given. */
export function serviceAccount(
  path: string,
  {
    role,
    audience,
    ...annotations
  }: { readonly role?: string; readonly audience?: string } & Record<string, string> = {},
): ServiceAccount {
  return {
    ref: aServiceAccount(path),
    resourceVersion: "1",
    labels: {},
    annotations: {
      ...annotations,
      ...(role !== undefined && { [ROLE_ANNOTATION]: ownRole(role) }),
      ...(audience !== undefined && { [AUDIENCE_ANNOTATION]: audience }),
    },
    managers: [],
  };
}

/** A role by name, with its trust; what is attached to it is unknown by default. */
export function role(name: string, trust: PolicyDocument, more: Partial<RoleListing> = {}): RoleListing {
  const arn = ownRole(name);
  return { arn, id: roleIdOf(arn), trust, ...more };
}

/** The grant of a ServiceAccount of the cluster. */
export function grant(path: string, changes: Partial<WebIdentityGrant> = {}): WebIdentityGrant {
  const { namespace, name } = aServiceAccount(path);
  const subject = `system:serviceaccount:${namespace}:${name}`;
  return { providerArn: PROVIDER, issuerHostPath: HOST_PATH, subject, audience: AUDIENCE, ...changes };
}

/** A trust policy that lets these ServiceAccounts in, as irsa writes it. */
export function trusting(...paths: readonly string[]): PolicyDocument {
  return trustPolicy(paths.map((path) => webIdentityStatement(grant(path))));
}

/** A statement that lets the cluster's tokens in under this condition, changed as given. */
export function allow(Condition?: Statement["Condition"], changes: Partial<Statement> = {}): Statement {
  return {
    Effect: "Allow",
    Principal: { Federated: PROVIDER },
    Action: "sts:AssumeRoleWithWebIdentity",
    ...(Condition !== undefined && { Condition }),
    ...changes,
  };
}

/** A Pod Identity association of a ServiceAccount with a role. */
export function association(
  path: string,
  roleName: string,
  changes: Partial<PodIdentityAssociation> = {},
): PodIdentityAssociation {
  return {
    id: `a-${path}`,
    arn: `arn:aws:eks:ap-northeast-2:111122223333:podidentityassociation/demo/a-${path}`,
    serviceAccount: aServiceAccount(path),
    roleArn: ownRole(roleName),
    withoutSessionTags: false,
    tags: {},
    ...changes,
  };
}

/** A cluster as tests write it: what is `undefined` could not be read. */
export interface WrittenCluster {
  readonly cluster?: ClusterWithIssuer;
  readonly provider?: Provider | "missing" | undefined;
  readonly serviceAccounts?: readonly ServiceAccount[] | undefined;
  readonly pods?: readonly PodSummary[] | undefined;
  readonly associations?: readonly PodIdentityAssociation[] | undefined;
  readonly groups?: readonly NodeGroup[] | undefined;
  readonly fargate?: readonly FargateProfile[] | undefined;
  readonly nodes?: readonly Node[] | undefined;
  readonly classes?: readonly ClassOfNodes[] | undefined;
  readonly instances?: readonly Instance[] | undefined;
  /** Those that are asked about, installed or not; the agent's is, by default. */
  readonly addons?: Readonly<Record<string, "installed" | "absent" | undefined>>;
}

/** An inventory as tests write it, likewise. */
export interface WrittenInventory extends Partial<Omit<Inventory, "roles" | "providers">> {
  readonly roles?: readonly RoleListing[] | undefined;
  readonly providers?: readonly ProviderArn[] | undefined;
}

/** What could be read; `undefined` is what was denied. */
export function readable<T>(value: T | undefined): Known<T> {
  return value === undefined
    ? unknown(new Failure("denied", "access-denied", "not permitted"))
    : known(value);
}

/** A cluster whose issuer is registered, with nothing in it by default. */
export function audited(changes: WrittenCluster = {}): AuditedCluster {
  const { cluster = CLUSTER } = changes;
  const written = {
    provider: provider(cluster),
    serviceAccounts: [],
    pods: [],
    associations: [],
    groups: [],
    fargate: [],
    nodes: [],
    classes: [],
    instances: [],
    addons: {},
    ...changes,
  };
  return {
    cluster,
    provider: written.provider === "missing" ? known(undefined) : readable(written.provider),
    serviceAccounts: readable(written.serviceAccounts),
    pods: readable(written.pods),
    associations: readable(written.associations),
    nodes: {
      groups: readable(written.groups),
      fargate: readable(written.fargate),
      nodes: readable(written.nodes),
      instances: mapKnown(readable(written.instances), (all) => new Map(all.map((one) => [one.id, one]))),
      // A profile is called as its role.
      profiles: new Map(
        (written.instances ?? []).flatMap(({ profileArn = "" }) =>
          profileArn === "" ? [] : [[profileArn, known(ownRole(policyName(profileArn)))]],
        ),
      ),
      templates: new Map(),
      classes: [readable(written.classes)],
    },
    addons: new Map(Object.entries({ [AGENT_NAME]: "installed", ...written.addons }).map(addon)),
  };
}

function addon([name, state]: readonly [string, string | undefined]): [string, Known<Addon | undefined>] {
  if (state === undefined) return [name, readable(undefined)];
  const arn = `arn:aws:eks:ap-northeast-2:111122223333:addon/eks-work-cluster/${name}/1c2d`;
  const installed = { name, arn, status: "ACTIVE", version: "v1.3.9-eksbuild.3", issues: [], tags: {} };
  return [name, known(state === "installed" ? installed : undefined)];
}

/** The registered provider of a cluster's issuer. */
export function provider(cluster = CLUSTER, changes: Partial<Provider> = {}): Provider {
  const arn = providerArn(cluster, cluster.issuer);
  return { arn, clientIds: [AUDIENCE], thumbprints: [], tags: {}, ...changes };
}

/** An inventory in which all could be read and nothing is there, changed as given. */
export function inventory(changes: WrittenInventory = {}): Inventory {
  const clusters = changes.clusters ?? [audited()];
  const providers = clusters.flatMap((one) => valueOf(one.provider)?.arn ?? []);
  const issuers = new Map([
    [CLUSTER.region, new Set(clusters.map(({ cluster }) => hostPath(cluster.issuer)))],
  ]);
  const written = { now: NOW, roles: [], providers, clusters, issuers, gaps: [], ...changes };
  return { ...written, roles: readable(written.roles), providers: readable(written.providers) };
}

/** Who can assume which role, as `role ← namespace/name`; with `?` where it depends, with the keys. */
export function rows(given: Inventory): string[] {
  const noPolicies = () => ({ documents: [], isComplete: true });
  return accessIndexOf(given, [], noPolicies).roles.flatMap(accessPathsOf).map(rowOf);
}

function rowOf({ role, candidate, via, audience, judgement, association: by }: AccessPath): string {
  const through = by?.through;
  const keys = judgement.verdict === "conditional" ? ` ? ${judgement.unknownKeys.join(",")}` : "";
  const other = audience === undefined || audience === candidate.audience ? "" : ` with ${audience}`;
  const how =
    via === "irsa" ? other : through === undefined ? " by association" : ` by association through ${through}`;
  const exists = valueOf(candidate.exists);
  const absent = exists === true ? "" : ` (${exists === false ? "absent" : "unknown"})`;
  return `${roleRef(role.arn).name} ← ${serviceAccountPath(candidate.ref)}${absent}${how}${keys}`;
}

/** A running pod of shop/cart with its role, changed as given. */
export function pod(changes: Partial<PodSummary> = {}): PodSummary {
  return {
    namespace: "shop",
    name: "cart-1",
    serviceAccountName: "cart",
    phase: "Running",
    workload: "deployment/cart",
    roleArn: ownRole("r"),
    injected: true,
    podIdentity: false,
    staticKeys: false,
    ...changes,
  };
}
