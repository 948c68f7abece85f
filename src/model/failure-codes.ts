/**
 * Every code with which a run can fail, and what it means whatever the values in its message. The compiler accepts no
 * other code in a Failure; docs/error-codes.md is generated from it.
 */
export const FAILURE_CODES = {
  // The command line, and files.
  "invalid-usage": "a command or flag is unknown, or a flag lacks its value",
  "invalid-input": "a flag, an argument or a value in a file is invalid",
  "no-command": "no command was given to run",
  "file-not-read": "a supported dependency file could not be read",
  "not-written": "a file could not be written",
  "not-opened": "the browser could not be started",
  "not-rewritable": "a manifest is in a form in which serviceAccountName can't be set automatically",
  declined: "the plan was not approved",
  interrupted: "the run was interrupted by a signal, a closed terminal or an output that can't be written",
  bug: "an error that irsa does not expect",
  incomplete: "some of many were not completed",
  "not-started": "a failure or an interruption before it stopped the run, and nothing was done there",
  "other-plan":
    "the plan differs from the one given with --expect-plan, the one that was shown, or what the file asks for",

  // Credentials and configuration for AWS.
  "no-profile": "the AWS profile does not exist",
  "bad-profile": "the AWS profile is incomplete or contradictory",
  "config-file": "an AWS configuration file can't be read",
  "no-region": "no AWS region is set, or it is not a valid region",
  "no-credentials": "no AWS credentials were found",
  "bad-credentials": "AWS does not accept the credentials, or they have expired",
  "sso-expired": "the SSO session has expired",
  "clock-skew": "the clock of this machine differs too much from AWS's",
  endpoint: "a custom AWS endpoint is not a valid URL",
  proxy: "the proxy can't be used",
  "ca-bundle": "the file with certificate authorities can't be used",
  tls: "a certificate can't be verified",
  "port-taken": "the port to listen on is in use",
  "not-listening": "the address can't be listened on",
  unreachable: "AWS, the cluster or another server can't be reached",
  "other-aws-account": "the AWS account is not the one that was requested",
  "same-aws-account": "the profile of a second AWS account is of the cluster's own",
  "other-region": "the region is not the one in the cluster's ARN",

  // What AWS and the cluster answer.
  "access-denied": "AWS denies an action to the caller",
  forbidden: "the cluster's RBAC denies a request to the caller",
  unauthorized: "the cluster does not recognize the AWS principal",
  throttled: "AWS throttled all attempts",
  quota: "an AWS quota is exceeded",
  "already-exists": "something that was to be created already exists",
  gone: "something that was to be changed no longer exists",
  conflict: "something was changed after the plan was made",
  "not-updated": "a CloudFormation stack can't be updated now, or needs no update",
  "namespace-terminating": "the namespace is being deleted",
  "unexpected-answer": "a server gave an answer that irsa can't use",
  "aws-error": "AWS answered with an error that irsa does not know",
  "keys-untracked": "the API server does not tell the names of an object's keys",
  "lease-lost": "another replica holds the Lease, or it could not be renewed in time",
  "watch-expired": "a watch must begin again, since the API server no longer has the changes in between",
  "kubernetes-error": "the API server answered with an error that irsa does not know",

  // Which cluster.
  "no-cluster-given": "no cluster was given and none can be chosen",
  "no-aws-account": "the organization has no active AWS account, or none in these organizational units",
  "no-cluster": "the cluster does not exist in this AWS account and region",
  "other-cluster": "the cluster is not the one that the file or the environment is bound to",
  "wrong-cluster": "the kubeconfig context is a different cluster",
  "unproved-cluster": "the kubeconfig context can't be verified to be the cluster",
  "unverified-tls": "the connection to the cluster would not verify its certificate",
  "no-endpoint": "the cluster has no endpoint to connect to",
  "cluster-status": "the cluster is being deleted, has failed or is not active yet",
  "no-issuer": "the cluster has no OIDC issuer",
  "issuer-keys": "the issuer's signing keys can't be read",
  kubeconfig: "the kubeconfig can't be used",
  "no-context": "the kubeconfig has no such context, or no current one",
  "kubeconfig-credentials": "the cluster does not accept the credentials of the kubeconfig's user",
  "credential-plugin": "the credential plugin of the kubeconfig failed",
  "credentials-expired": "the kubeconfig's credentials have expired and can't be renewed",

  // The organization's rules.
  organization: "the request violates the organization policy",
  "untrusted-rules": "the organization policy can be changed by other users of this machine",

  // The provider.
  "provider-missing": "the issuer is not registered as an IAM OIDC provider",
  "audience-missing": "the provider does not accept the audience",
  "api-audience": "the audience is one of the Kubernetes API server's own",
  "provider-in-use": "roles still trust the provider",
  "foreign-provider": "the provider was not created by irsa",

  // The Pod Identity agent.
  "foreign-addon": "the EKS add-on was not installed by irsa",
  "addon-busy": "EKS is changing the add-on",
  "addon-version": "EKS does not offer that version of the add-on for the cluster",
  "addon-failed": "the EKS add-on has failed, or is not active in time",
  "agent-self-managed": "the Pod Identity agent runs, but was not installed as an EKS add-on",
  "agent-in-use": "the cluster has Pod Identity associations, which need the agent",

  // The ServiceAccount.
  "no-account": "the ServiceAccount does not exist",
  "account-missing": "the ServiceAccount to run with does not exist",
  "association-exists": "the ServiceAccount has a Pod Identity association that irsa does not manage",
  "no-association": "the ServiceAccount has no Pod Identity association",
  "foreign-association": "the Pod Identity association is not managed by irsa",
  "association-owned": "an EKS add-on manages the Pod Identity association",
  "session-tags-disabled": "the Pod Identity association disables session tags, which was not requested",
  "session-policy-tags": "a session policy requires disabled session tags",
  "not-ready": "the ServiceAccount can't move between IRSA and EKS Pod Identity yet",
  "role-not-visible": "EKS, or IAM of another AWS account, does not see the role or its trust policy yet",
  "account-exists": "the ServiceAccount exists and is not managed by irsa",
  "foreign-account": "the ServiceAccount is not managed by irsa",
  "owned-elsewhere":
    "Helm, GitOps, an add-on, an operator, CloudFormation, Terraform or another engine would overwrite the change",
  "default-account":
    "a role for the ServiceAccount 'default' would be given to every pod without a serviceAccountName",
  "empty-audience": "the ServiceAccount's audience annotation is empty",
  "audience-unasked": "the ServiceAccount is annotated with an audience that was not requested",
  "not-annotated": "the ServiceAccount has no role annotation",
  "bad-annotation": "the ServiceAccount's role annotation is not a valid role ARN",
  "annotated-role": "the ServiceAccount is annotated with a role that irsa does not manage",
  "annotated-other":
    "the ServiceAccount is annotated with a role other than the one that irsa manages for it",

  "associated-other":
    "the ServiceAccount's Pod Identity association has a role other than the one that irsa manages for it",

  // The role.
  "no-role": "there is no role for the ServiceAccount",
  "no-policy": "no permissions were given for a new role",
  "role-exists": "a role with this name exists and is not managed by irsa",
  "foreign-role": "the role is not managed by irsa, or is in a different AWS account",
  "role-of-another": "the role was created for a different ServiceAccount",
  "role-path": "the role exists under a different path",
  "role-lacks": "the role is not managed by irsa and does not match the request",
  "role-unnamed": "several roles, or none that is certain, belong to the ServiceAccount",
  "role-unproven": "only tags, which others can write, show that irsa created the role",
  "role-shared": "other principals can also assume the role",
  "two-roles": "two roles claim the same ServiceAccount",
  "other-set": "the ServiceAccount belongs to a different set of files",
  "administrator-policy": "the policy grants administrator access",
  "inline-size": "the role's inline policies would exceed the quota",

  // Its trust policy.
  "trust-refuses": "the role's trust policy does not allow the ServiceAccount",
  "trust-conditional": "whether the role's trust policy allows the ServiceAccount can't be evaluated",
  "trust-denies": "a Deny statement in the role's trust policy denies the ServiceAccount",
  "trust-move": "the role trusts the ServiceAccount of a different issuer",
  "trust-size": "the trust policy would exceed the quota",
  "guardrails-too-large": "the organization policies would exceed their quotas",
  "unsafe-trust": "the trust policy to be written would not allow exactly this ServiceAccount",
  "only-statement": "the trust policy would have no statement left",
  "trust-lost": "the trust policy stopped allowing the ServiceAccount during the run",
  "unreadable-trust": "the role's trust policy can't be parsed",
  "trust-too-complex": "the trust policy is too complex to be evaluated",
  "trust-unreadable": "a statement with the old issuer can't be parsed",
  "trust-entangled": "a statement names issuers in a way that can't be converted automatically",
  "trust-spelled-otherwise": "a statement spells an issuer's provider with different case",
  "trust-would-differ": "the move would change who may assume the role",
  "same-issuer": "the old and the new issuer are the same",

  // eksctl's stacks.
  "not-eksctls": "the stack was not created by eksctl for this ServiceAccount",
  "stack-foreign": "the stack was not created by eksctl for this cluster and ServiceAccount",
  "stack-holds-more": "the stack has resources other than the ServiceAccount's role",
  "stack-template": "the stack's template can't be read or retained",
  "stack-state": "the stack is in a state in which it can't be changed",
  "stack-slow": "the stack did not finish in time",
  "stack-keeps-nothing": "the stack would delete what it created",
  "stack-stays": "the stack was not deleted",
  "release-differs": "the stack was changed while it was being released",

  // Narrowing.
  "use-report-failed": "IAM could not report what the role used, or not in time",
  "several-node-roles": "the workloads run on nodes with several roles: one or more have to be named",
  "node-role-unknown": "the role of the workloads' nodes could not be read, or no nodes have the named role",
  "several-roles": "the ServiceAccount has several roles: one has to be chosen",

  // Pruning.
  "export-incomplete": "something that belongs in the export can't be planned or read",
  "not-expressible": "the engine's language can't express something that is to be exported",
  "nothing-to-export": "nothing was found to export",
  "prune-empty": "the files have no ServiceAccounts: everything in the set would be deleted",
  "prune-unknown": "which roles belong to the set can't be read",
  "prune-most": "more than a fifth of the set would be deleted",

  // Workloads and verification.
  "workload-not-found": "the workload does not exist, or is in none of the files",
  "template-elsewhere":
    "the workload uses the pod template of an object that was not passed, does not exist or is not read",
  "job-immutable": "a Job's pod template can't be changed",
  "no-subject": "the workload or pod to verify does not exist",
  "rollout-incomplete": "the workload has not rolled out in time",
  "not-injected": "a new pod does not get the ServiceAccount's role",
  "proof-refused":
    "STS does not accept the ServiceAccount's token, or EKS gives no credentials of the role for it",

  // The sandbox and the demo.
  demo: "the demo did not run as expected",
  "local-pod": "the command can't be run as a pod of the sandbox",
  "not-the-sandbox": "commands would not reach the sandbox in this environment",
  "sandbox-folder": "the sandbox's directory can't be used",
  "sandbox-in-use": "a sandbox is already running in this directory",
  "sandbox-state": "the sandbox's state can't be read",
  "real-cluster": "the cluster behind the sandbox can't be used",
  "eks-cluster": "--cluster-kubeconfig is a cluster on EKS",
  webhook: "the pod identity webhook could not be registered",
  "webhook-exists": "the cluster already has a pod identity webhook",
} as const satisfies Readonly<Record<string, string>>;

/** A failure's code: stable, for scripts. */
export type FailureCode = keyof typeof FAILURE_CODES;
