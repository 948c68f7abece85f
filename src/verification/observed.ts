import type { Addon } from "../model/addon.ts";
import type { PolicyArn, ProviderArn } from "../model/arn.ts";
import type { Cluster, ClusterWithIssuer } from "../model/cluster.ts";
import type { Provider, Role } from "../model/iam-objects.ts";
import type {
  Namespace,
  Node,
  Pod,
  PodSpec,
  ServiceAccount,
  WebhookConfiguration,
} from "../model/kubernetes-objects.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { EnvKeys } from "../workload/env-keys.ts";
import type { Subject } from "./chain.ts";
import type { Known, Seen } from "../model/known.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import type { RolePermissions } from "../model/role-permissions.ts";
import type { Proof } from "./proof.ts";
import type { SecondView } from "./sources.ts";

/** Everything that the chain of one subject is checked by. */
export interface Observed {
  readonly subject: Subject;
  /** When it was read, in milliseconds since 1970. */
  readonly at: number;
  /** The flags that selected the cluster; repeated in the commands that are printed. */
  readonly clusterFlags: readonly string[];
  readonly cluster: Seen<Cluster>;
  /** Another AWS account that can be read, if there is one. */
  readonly second?: SecondView | undefined;
  readonly serviceAccount: Seen<ServiceAccountView>;
  readonly provider: Seen<Provider | undefined>;
  /** Every provider's ARN, read if the cluster's own was not found. */
  readonly providers: Seen<readonly ProviderArn[]>;
  /** The role that pods get: the annotated one, or that of the association. */
  readonly role: Seen<RoleView | undefined>;
  /** The role that irsa manages for the ServiceAccount, by computed name and ownership tags, read if the annotation leads to none. */
  readonly kept: Seen<Role | undefined>;
  readonly webhook: Seen<WebhookConfiguration | undefined>;
  /** The ServiceAccount's dry-run pod after admission. */
  readonly tried: Seen<PodSpec>;
  /** The ServiceAccount's Pod Identity association; `undefined` if it has none. */
  readonly association: Seen<AssociationView | undefined>;
  /** The Pod Identity agent, read where pods need it. */
  readonly agent: Seen<AgentView>;
  /** The association's target role, where it has one in the cluster's AWS account. */
  readonly targetRole: Seen<Role | undefined>;
  /** What the policies of the association's role say, where they decide whether it may assume the target role. */
  readonly permissions: Seen<RolePermissions | undefined>;
  /** The workload's template, for a subject that has one. */
  readonly template: Seen<PodSpec>;
  /** The pods to check: of the ServiceAccount, of the workload, or a single one. */
  readonly pods: Seen<readonly Pod[]>;
  /** The names of the keys that become variables of these pods and of the template. */
  readonly envKeys: EnvKeys;
  /** How many characters a trust policy may have, read if the fix needs more than every AWS account allows. */
  readonly trustQuota: Seen<number | undefined>;
  /** The result of a token exchange, once tried. */
  readonly proof: Seen<Proof>;
  /** Whether a token could be requested, once tried. */
  readonly token: Seen<true>;
}

/** The ServiceAccount, which may be absent, and its namespace. */
export interface ServiceAccountView {
  readonly ref: ServiceAccountRef;
  readonly namespace: Seen<Namespace | undefined>;
  readonly found: ServiceAccount | undefined;
}

/** A role with its policies; `undefined` lists if the role is in another AWS account. */
export interface RoleView {
  readonly role: Role;
  readonly attached: Seen<readonly PolicyArn[] | undefined>;
  readonly inline: Seen<readonly string[] | undefined>;
}

/** A Pod Identity association: that there is one is known before what it says. */
export interface AssociationView {
  readonly id: string;
  readonly details: Known<PodIdentityAssociation>;
}

/** The Pod Identity agent, as far as it can be seen from outside of the nodes. */
export interface AgentView {
  /** The add-on that installs it; a chart may, too. */
  readonly addon: Known<Addon | undefined>;
  /** Its own pods, in the namespace of the add-on. */
  readonly pods: Known<readonly Pod[]>;
  /** Where there are none: pods of other namespaces with the agent's label, whoever has set it. */
  readonly elsewhere: Known<readonly Pod[]>;
  /** By name, the nodes of pods that need it and on which none of its pods runs. */
  readonly nodes: ReadonlyMap<string, Known<Node | undefined>>;
}

/** The cluster, if it is known and has an issuer. */
export function withIssuer({ cluster }: Observed): ClusterWithIssuer | undefined {
  if (cluster.state !== "known" || cluster.value.issuer === undefined) return undefined;
  return { ...cluster.value, issuer: cluster.value.issuer };
}
