import type { AccessEntry } from "./access-entry.ts";
import type { AccessKey } from "./principals.ts";

/** All that an emulated AWS remembers: one value of plain JSON, times as ISO 8601. */
export interface AwsState {
  readonly awsAccounts: Readonly<Record<string, AwsAccountState>>;
  /** Access keys by their ids, sessions' too. */
  readonly keys: Readonly<Record<string, AccessKey>>;
}

/** One account. Operations that write change a copy of it in place. */
export interface AwsAccountState {
  readonly awsAccount: string;
  readonly partition: string;
  /** By ARN. */
  readonly providers: Record<string, ProviderState>;
  /** By name in lower case: IAM's names are unique without regard to case. */
  readonly roles: Record<string, RoleState>;
  /** The account's own managed policies, by ARN. */
  readonly policies: Record<string, PolicyState>;
  /** By name in lower case. */
  readonly instanceProfiles: Record<string, InstanceProfileState>;
  /** By `<region>/<name>`. */
  readonly clusters: Record<string, ClusterState>;
  /** By id; deleted ones stay, as they can be asked about. */
  readonly stacks: Record<string, StackState>;
  /** By id; folders of older versions have none. */
  instances?: Record<string, InstanceState>;
  /** By id; folders of older versions have none. */
  launchTemplates?: Record<string, LaunchTemplateState>;
}

/** An EC2 instance. */
export interface InstanceState {
  readonly id: string;
  readonly region: string;
  readonly profileArn: string | undefined;
  readonly httpTokens: string;
  readonly hopLimit: number;
  readonly httpEndpoint: string;
  readonly created: string;
}

/** A launch template with its versions, the first one first. */
export interface LaunchTemplateState {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly created: string;
  readonly versions: readonly LaunchTemplateVersionState[];
}

/** What a version of a launch template says of the metadata of instances. */
export interface LaunchTemplateVersionState {
  readonly httpTokens: string | undefined;
  readonly hopLimit: number | undefined;
  readonly httpEndpoint: string | undefined;
}

/** Tags by key. */
export type Tags = Record<string, string>;

/** An OIDC identity provider. */
export interface ProviderState {
  readonly arn: string;
  /** Without `https://`: IAM does not give the scheme back. */
  readonly url: string;
  clientIds: string[];
  thumbprints: string[];
  tags: Tags;
  readonly created: string;
}

/** A role with all that is attached to it. */
export interface RoleState {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly created: string;
  description: string | undefined;
  /** The trust policy's JSON, as it was given. */
  trust: string;
  maxSessionDuration: number;
  boundary: string | undefined;
  tags: Tags;
  /** The ARNs of the attached policies, oldest first. */
  attached: string[];
  /** Policy documents by the inline policy's name. */
  readonly inline: Record<string, string>;
  /** When it last tried an action, by the action. */
  readonly used?: Readonly<Record<string, string>>;
}

/** A managed policy with its versions. */
export interface PolicyState {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly created: string;
  readonly description: string | undefined;
  readonly document: string;
  readonly tags: Tags;
}

/** An instance profile. */
export interface InstanceProfileState {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly created: string;
  /** Names. */
  roles: string[];
}

/** A cluster, as DescribeCluster describes it, and what belongs to it. */
export interface ClusterState {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly created: string;
  endpoint: string;
  caPem: string;
  issuer: string | undefined;
  version: string;
  status: string;
  /** Its nodes are those of EKS Auto Mode. */
  autoMode?: boolean;
  readonly tags: Tags;
  accessEntries: readonly AccessEntry[];
  /** By id. */
  readonly associations: Record<string, PodIdentityState>;
  /** By the add-on's name. */
  readonly addons: Record<string, AddonState>;
  /** By name; folders of older versions have none. */
  nodeGroups?: Record<string, NodeGroupState>;
  /** By name; folders of older versions have none. */
  fargateProfiles?: Record<string, FargateProfileState>;
}

/** A managed node group. */
export interface NodeGroupState {
  readonly name: string;
  readonly arn: string;
  readonly nodeRole: string;
  readonly subnets: readonly string[];
  readonly launchTemplate?:
    | { readonly id: string; readonly name: string; readonly version: string }
    | undefined;
  readonly created: string;
  readonly tags: Tags;
}

/** A Fargate profile. */
export interface FargateProfileState {
  readonly name: string;
  readonly arn: string;
  readonly podExecutionRoleArn: string;
  readonly namespaces: readonly string[];
  readonly created: string;
  readonly tags: Tags;
}

/** A Pod Identity association. Folders of older versions have only what is not optional. */
export interface PodIdentityState {
  readonly id: string;
  readonly arn: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  roleArn: string;
  targetRoleArn?: string | undefined;
  disableSessionTags?: boolean;
  /** The session policy's JSON, as it was given. */
  policy?: string | undefined;
  /** The add-on that owns it. */
  readonly ownerArn?: string | undefined;
  readonly clientRequestToken?: string | undefined;
  readonly created: string;
  modified?: string;
  readonly tags: Tags;
}

/** An EKS add-on. Folders of older versions have neither times nor tags. */
export interface AddonState {
  readonly name: string;
  version: string;
  serviceAccountRoleArn: string | undefined;
  readonly created?: string;
  modified?: string;
  configurationValues?: string | undefined;
  readonly namespace?: string | undefined;
  readonly clientRequestToken?: string | undefined;
  tags?: Tags;
}

/** An output of a stack. */
export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description: string | undefined;
}

/** A CloudFormation stack. */
export interface StackState {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly created: string;
  status: string;
  /** The template's JSON, as it was given. */
  template: string;
  readonly tags: Tags;
  /** Values by the parameter's name. */
  readonly parameters: Record<string, string>;
  capabilities: string[];
  isProtected: boolean;
  readonly resources: readonly StackResourceState[];
  /** Folders of older versions have none. */
  outputs?: readonly StackOutput[];
}

/** What a stack made. */
export interface StackResourceState {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

/** An account in which nothing is. */
export function emptyAwsAccount(awsAccount: string, partition = "aws"): AwsAccountState {
  const iam = { providers: {}, roles: {}, policies: {}, instanceProfiles: {} };
  return { awsAccount, partition, ...iam, clusters: {}, stacks: {} };
}

/** What a record has under a key; never what JavaScript's objects have of themselves. */
export function at<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
