import type { Addon, AddonVersion, NewAddon } from "../model/addon.ts";
import type { PolicyArn, ProviderArn, RoleArn } from "../model/arn.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Provider, Role, RoleDetails, RoleListing, RolesInFull, Tags } from "../model/iam-objects.ts";
import type { InstanceMetadata } from "../model/instance-metadata.ts";
import type { FargateProfile, Instance, LaunchTemplateRef, NodeGroup } from "../model/node-objects.ts";
import type { ListedPodIdentity, PodIdentityAssociation } from "../model/pod-identity.ts";
import type { UseReports } from "./use-reports.ts";
import type { SettingName } from "../model/role-settings.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { NewTemplate, Stack, StackResource } from "../model/stack.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";

/** Whether an action is allowed; `unknown` where that depends on condition keys that a simulation does not have. */
export type Simulated = "yes" | "no" | "unknown";

/** What an API gives back for a write: AWS's request id, for CloudTrail and support. */
export interface Receipt {
  readonly requestId?: string;
}

/**
 * What the domain needs of AWS. Reads give `undefined` for what does not exist and throw a `Failure` for what can't
 * be known: `access-denied` (kind `denied`), `throttled`, `unreachable`, …. Writes throw `already-exists`, `quota`
 * and the like. Nothing here decides anything.
 */
export interface AwsPort {
  readonly ec2: Ec2Port;
  readonly eks: EksPort;
  readonly eksAuth: EksAuthPort;
  readonly iam: IamPort;
  readonly sts: StsPort;
}

/** EC2, as far as the roles of nodes must be found. */
export interface Ec2Port {
  /** Those of the instances that exist, by their ids; a call for 200 of them. */
  describeInstances(ids: readonly string[]): Promise<readonly Instance[]>;
  /** How instances of a launch template offer their metadata; `undefined` if it does not say. */
  getLaunchTemplateMetadata(template: LaunchTemplateRef): Promise<InstanceMetadata | undefined>;
}

/** EKS, as far as a cluster must be found and described. */
export interface EksPort {
  describeCluster(name: string): Promise<Cluster | undefined>;
  listClusters(): Promise<readonly string[]>;
  /** An add-on of the cluster; `undefined` if it is not installed as one. */
  getAddon(cluster: string, name: string): Promise<Addon | undefined>;
  /** The versions of an add-on for a version of Kubernetes, as EKS orders them. */
  listAddonVersions(name: string, kubernetesVersion: string): Promise<readonly AddonVersion[]>;
  /** Begins the installation. Fails with `already-exists` where there is an add-on of this name. */
  createAddon(cluster: string, addon: NewAddon): Promise<Receipt>;
  /** Begins an update. */
  updateAddon(
    cluster: string,
    name: string,
    edit: Pick<NewAddon, "version" | "resolveConflicts">,
  ): Promise<Receipt>;
  /** Begins the deletion of an add-on with what it has in the cluster. */
  deleteAddon(cluster: string, name: string): Promise<Receipt>;
  /** Sets tags of an add-on, by its ARN. */
  tagAddon(arn: string, tags: Tags): Promise<Receipt>;
  /** The Pod Identity associations of a ServiceAccount, which has one at most, or of the whole cluster. */
  listPodIdentityAssociations(
    cluster: string,
    serviceAccount: ServiceAccountRef | undefined,
  ): Promise<readonly ListedPodIdentity[]>;
  /** The cluster's Pod Identity associations with their roles, of one account or of all; a read for each. */
  describePodIdentities(
    cluster: string,
    serviceAccount: ServiceAccountRef | undefined,
  ): Promise<readonly PodIdentityAssociation[]>;
  /** The cluster's managed node groups, a read for each. */
  describeNodeGroups(cluster: string): Promise<readonly NodeGroup[]>;
  /** The cluster's Fargate profiles, a read for each. */
  describeFargateProfiles(cluster: string): Promise<readonly FargateProfile[]>;
  /** Fails with `already-exists` where the ServiceAccount has one, with `role-not-visible` where EKS does not see the role yet. */
  createPodIdentity(cluster: string, association: NewPodIdentity): Promise<Receipt>;
  updatePodIdentity(cluster: string, associationId: string, edit: PodIdentityEdit): Promise<Receipt>;
  deletePodIdentity(cluster: string, associationId: string): Promise<Receipt>;
  /** Sets tags of an association, by its ARN. */
  tagPodIdentity(arn: string, tags: Tags): Promise<Receipt>;
  untagPodIdentity(arn: string, keys: readonly string[]): Promise<Receipt>;
}

/** An association to make. */
export interface NewPodIdentity {
  readonly serviceAccount: ServiceAccountRef;
  readonly roleArn: RoleArn;
  readonly targetRoleArn?: RoleArn;
  readonly withoutSessionTags: boolean;
  readonly policy?: string;
  readonly tags: Tags;
}

/** What an update of an association sets; `null` removes, what is absent stays. */
export interface PodIdentityEdit extends Partial<Pick<NewPodIdentity, "roleArn" | "withoutSessionTags">> {
  readonly targetRoleArn?: RoleArn | null;
  readonly policy?: string | null;
}

/** IAM: identity providers, roles with what is attached to them, and managed policies. */
export interface IamPort extends UseReports {
  getProvider(arn: ProviderArn): Promise<Provider | undefined>;
  listProviders(): Promise<readonly ProviderArn[]>;
  createProvider(provider: NewProvider): Promise<Receipt>;
  addClientId(arn: ProviderArn, clientId: string): Promise<Receipt>;
  setThumbprints(arn: ProviderArn, thumbprints: readonly string[]): Promise<Receipt>;
  tagProvider(arn: ProviderArn, tags: Tags): Promise<Receipt>;
  deleteProvider(arn: ProviderArn): Promise<Receipt>;

  /** Every role of the AWS account with its trust policy; IAM leaves out tags and boundaries here. */
  listRoles(): Promise<readonly RoleListing[]>;
  /**
   * The same with all that is attached to the roles except their session durations, and the customer managed policies
   * if asked for; needs a permission of its own (GetAccountAuthorizationDetails).
   */
  listRolesInFull(also: { readonly policies: boolean }): Promise<RolesInFull>;
  getRole(name: string): Promise<Role | undefined>;
  /** What is attached to the role, in as many reads as necessary; `undefined` if the role does not exist. */
  getRoleDetails(name: string): Promise<RoleDetails | undefined>;
  /** `undefined` when the role does not exist. */
  listAttachedPolicies(roleName: string): Promise<readonly PolicyArn[] | undefined>;
  /** The names of the inline policies; `undefined` when the role does not exist. */
  listInlinePolicies(roleName: string): Promise<readonly string[] | undefined>;
  getInlinePolicy(roleName: string, policyName: string): Promise<PolicyDocument | undefined>;
  /** The role in an instance profile; `undefined` if the profile does not exist or has none. */
  getInstanceProfileRole(name: string): Promise<RoleArn | undefined>;
  /** The names of the EC2 instance profiles that the role is in; `undefined` when the role does not exist. */
  listInstanceProfiles(roleName: string): Promise<readonly string[] | undefined>;
  createRole(role: NewRole): Promise<Receipt>;
  setTrust(roleName: string, trust: PolicyDocument): Promise<Receipt>;
  setBoundary(roleName: string, boundary: PolicyArn): Promise<Receipt>;
  deleteBoundary(roleName: string): Promise<Receipt>;
  /** Sets all of them: IAM takes a duration that is not given for one hour. */
  setRoleSettings(roleName: string, settings: UpdatableSettings): Promise<Receipt>;
  tagRole(roleName: string, tags: Tags): Promise<Receipt>;
  untagRole(roleName: string, keys: readonly string[]): Promise<Receipt>;
  attachPolicy(roleName: string, policy: PolicyArn): Promise<Receipt>;
  detachPolicy(roleName: string, policy: PolicyArn): Promise<Receipt>;
  putInlinePolicy(roleName: string, policyName: string, document: PolicyDocument): Promise<Receipt>;
  deleteInlinePolicy(roleName: string, policyName: string): Promise<Receipt>;
  removeFromInstanceProfile(roleName: string, profileName: string): Promise<Receipt>;
  /** Only once nothing is attached to it: IAM refuses before. */
  deleteRole(roleName: string): Promise<Receipt>;

  /** The id of a managed policy's default version; `undefined` when there is no such policy. */
  getPolicyVersionId(policy: PolicyArn): Promise<string | undefined>;
  getPolicyDocument(policy: PolicyArn, versionId: string): Promise<PolicyDocument>;

  /** The account's entity counts and quotas by IAM's names for them, as `Roles` and `RolesQuota`. */
  getAccountSummary(): Promise<Readonly<Record<string, number>>>;
  /** What IAM's simulation says of a user's or role's actions on a resource, by action (SimulatePrincipalPolicy). */
  getSimulation(
    principal: string,
    actions: readonly string[],
    resource: string,
  ): Promise<ReadonlyMap<string, Simulated>>;
}

/** CloudFormation, as far as releasing stacks needs it. Not a part of `AwsPort`: few commands call it. */
export interface CloudFormationPort {
  /** By name, or by id; one that is deleted is found by its id alone, if at all. */
  getStack(nameOrId: string): Promise<Stack | undefined>;
  listStackResources(stackId: string): Promise<readonly StackResource[]>;
  /** The template as it was given; `undefined` when there is no such stack. */
  getTemplate(stackId: string): Promise<string | undefined>;
  /** Begins an update; `not-updated` when CloudFormation sees nothing to update, or is at it already. */
  setTemplate(update: NewTemplate): Promise<Receipt>;
  setTerminationProtection(stackId: string, on: boolean): Promise<Receipt>;
  /** Begins a deletion. */
  deleteStack(stackId: string): Promise<Receipt>;
}

/** An identity provider to create; the URL is the issuer's, verbatim. */
export interface NewProvider {
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly tags: Tags;
}

/** A role to create; `path` begins and ends with `/`, without boundary or duration IAM's defaults hold. */
export interface NewRole extends Partial<Pick<Role, SettingName>> {
  readonly name: string;
  readonly path: string;
  readonly trust: PolicyDocument;
  readonly tags: Tags;
}

/** The settings of a role that UpdateRole sets. */
export type UpdatableSettings = Pick<Role, Exclude<SettingName, "boundary">>;

/** EKS Auth, which gives pods their credentials by Pod Identity. */
export interface EksAuthPort {
  /**
   * Exchanges a pod's token, as the agent on its node does, only to see whether EKS says yes.
   * @throws Failure `access-denied` where the caller may not ask, which says nothing of the pod
   */
  assumeRoleForPodIdentity(request: PodIdentityExchange): Promise<PodIdentityAnswer>;
}

/** A token of a pod of the cluster, by the cluster's name. */
export interface PodIdentityExchange {
  readonly cluster: string;
  readonly token: string;
}

/** EKS Auth's answer: the role that was assumed, the target role where there is one, and the association. Credentials are dropped. */
export type PodIdentityAnswer =
  | (Extract<ExchangeAnswer, { accepted: true }> & { readonly associationId: string })
  | Extract<ExchangeAnswer, { accepted: false }>;

/** STS: who we are, and whether it takes an account's token. */
export interface StsPort {
  /** The ARN and account of the caller. */
  getCaller(): Promise<Caller>;
  assumeWithToken(request: WebIdentityExchange): Promise<ExchangeAnswer>;
  /** A presigned GetCallerIdentity as EKS's bearer token; good for some minutes. */
  clusterToken(clusterName: string): Promise<string>;
}

/** Who makes the calls, by ARN and by the twelve digits of the AWS account. */
export interface Caller {
  readonly arn: string;
  readonly awsAccount: string;
}

/** An exchange made only to see whether STS says yes: deny-all session policy, the shortest session. */
export interface WebIdentityExchange {
  readonly role: RoleArn;
  readonly token: string;
  readonly sessionName: string;
}

/** STS's answer: the assumed role's ARN, or its error code and message as they came. Credentials are dropped. */
export type ExchangeAnswer =
  | { readonly accepted: true; readonly assumedRoleArn: string; readonly requestId?: string }
  | {
      readonly accepted: false;
      readonly code: string;
      readonly message: string;
      readonly requestId?: string;
    };
