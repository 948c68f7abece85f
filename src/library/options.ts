/** AWS credentials, as the AWS SDK for JavaScript v3 has them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Credentials, or a provider of the AWS SDK v3 (`fromIni()`, `fromTokenFile()`, a function of your own). */
export type AwsCredentialsSource = AwsCredentials | (() => Promise<AwsCredentials>);

/** A kubeconfig that is loaded already: `KubeConfig` of `@kubernetes/client-node` is one. */
export interface LoadedKubeconfig {
  /** The kubeconfig as JSON or YAML. Paths in it are absolute, or relative to the working directory. */
  exportConfig(): string;
}

/** What every function takes: how AWS and the cluster are reached. */
export interface ConnectionOptions {
  /** Default: AWS_REGION, AWS_DEFAULT_REGION or the profile's region. */
  readonly region?: string;
  /** A profile of the AWS configuration files. Default: AWS_PROFILE. */
  readonly profile?: string;
  /** Instead of the default credential chain. */
  readonly credentials?: AwsCredentialsSource;
  /** Connect by this kubeconfig, verified to be the cluster, instead of as EKS describes it: a path, or a loaded one. */
  readonly kubeconfig?: string | LoadedKubeconfig;
  /** The context of the kubeconfig. Default: its current context. */
  readonly context?: string;
  /**
   * The organization's policy file. Default: as for the command line, IRSA_CONFIG or the first `.irsa.yaml` from the
   * working directory upwards.
   */
  readonly organizationFile?: string;
  /**
   * Ends the run: immediately, or once it has begun to write, when the calls in flight are finished. Then the error
   * lists what was changed and what was not.
   */
  readonly signal?: AbortSignal;
}

/** What `plan` and `apply` take: an eksctl ClusterConfig, and what the flags of the same names say. */
export interface FileOptions extends ConnectionOptions {
  /** Paths of ClusterConfigs, or of directories that have them. */
  readonly files?: readonly string[];
  /** A ClusterConfig itself, as YAML or JSON text or as an object. */
  readonly config?: string | Readonly<Record<string, unknown>>;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly way?: "irsa" | "pod-identity";
  readonly onlyMissing?: boolean;
  readonly set?: string;
  readonly prune?: boolean;
  readonly pruneMax?: number;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  readonly overrideExistingServiceaccounts?: boolean;
  readonly leaveExisting?: boolean;
  readonly associateOidc?: boolean;
  readonly allowSharedRole?: readonly string[];
  readonly allowDefaultServiceAccount?: boolean;
  readonly allowAdministratorPolicy?: boolean;
}

/** What `plan` takes. */
export type PlanOptions = FileOptions;

/** What `apply` takes: the options of the plan, which plan it must be, and the approval. */
export interface ApplyOptions extends FileOptions {
  /** The digest of the plan that was reviewed, or its first 16 digits or more: any other plan is refused (`other-plan`). */
  readonly expectPlan: string;
  /** Nothing is written without it. */
  readonly approve: true;
  /** Verify that the tokens of changed ServiceAccounts are accepted; each result has its `proof`. */
  readonly wait?: boolean;
}

/** What `verify` takes: one of `subjects`, `namespace` and `all`. */
export interface VerifyOptions extends ConnectionOptions {
  /** Name or ARN of the cluster. */
  readonly cluster: string;
  /** Each as `NAMESPACE/NAME` of a ServiceAccount, or `KIND/NAMESPACE/NAME` of a pod or workload. */
  readonly subjects?: readonly string[];
  /** All ServiceAccounts of a namespace that have a role. */
  readonly namespace?: string;
  /** All ServiceAccounts of the cluster that have a role. */
  readonly all?: boolean;
  /** Of those, the ones with these labels, such as `app=web`. */
  readonly selector?: string;
  /** The profile of another AWS account whose roles are read too. */
  readonly roleProfile?: string;
}

/** What `audit` takes. */
export interface AuditOptions extends ConnectionOptions {
  /** Names or ARNs of the clusters, all of one AWS account. */
  readonly clusters: readonly string[];
  /** Only findings in these namespaces. */
  readonly namespaces?: readonly string[];
  /** Only these rules. */
  readonly rules?: readonly string[];
  /** Minimum severity. Default: `low`. */
  readonly severity?: "low" | "medium" | "high" | "critical";
  /** Days without use after which a role is unused. Default: 90. */
  readonly unusedDays?: number;
  /** Only findings about ServiceAccounts with these labels. */
  readonly selector?: string;
  /** Path of an earlier answer in JSON: findings in it are `known`. */
  readonly baseline?: string;
  /** Manifests that findings are located in. */
  readonly files?: readonly string[];
}
