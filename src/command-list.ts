import type { Entry } from "./command-entry.ts";

const SET_UP = "Set up:";
const AFTERWARDS = "Manage:";
const CAUSE = "Troubleshoot:";
const ACCESS = "Analyze access:";
const TRY = "Try it out:";
const OTHER = "Other:";

/** The commands, in the order of the help within each heading. */
export const COMMANDS: readonly Entry[] = [
  {
    name: "associate-oidc",
    group: SET_UP,
    summary: "create an IAM OIDC identity provider for the cluster",
    writes: true,
    load: async (context) => (await import("./commands/associate-oidc/command.ts")).associateOidc(context),
  },
  {
    name: "disassociate-oidc",
    group: AFTERWARDS,
    summary: "delete the cluster's IAM OIDC identity provider once no role trusts it",
    writes: true,
    load: async (context) =>
      (await import("./commands/disassociate-oidc/command.ts")).disassociateOidc(context),
  },
  {
    name: "associate-agent",
    group: SET_UP,
    summary: "install the EKS add-on eks-pod-identity-agent, for EKS Pod Identity",
    writes: true,
    load: async (context) => (await import("./commands/associate-agent/command.ts")).associateAgent(context),
  },
  {
    name: "disassociate-agent",
    group: AFTERWARDS,
    summary: "delete the EKS add-on eks-pod-identity-agent once no ServiceAccount needs it",
    writes: true,
    load: async (context) =>
      (await import("./commands/disassociate-agent/command.ts")).disassociateAgent(context),
  },
  {
    name: "create-sa",
    group: SET_UP,
    summary: "create an IAM role for a ServiceAccount, by IRSA or EKS Pod Identity",
    writes: true,
    load: async (context) => (await import("./commands/create-sa/command.ts")).createSa(context),
  },
  {
    name: "get-sa",
    group: AFTERWARDS,
    summary: "list ServiceAccounts with their roles, what manages them, and drift",
    writes: false,
    load: async (context) => (await import("./commands/get-sa/command.ts")).getSa(context),
  },
  {
    name: "update-sa",
    group: AFTERWARDS,
    summary: "update the policies, boundary, session, tags or labels of a managed ServiceAccount",
    writes: true,
    load: async (context) => (await import("./commands/update-sa/command.ts")).updateSa(context),
  },
  {
    name: "delete-sa",
    group: AFTERWARDS,
    summary: "delete the role, annotation and ServiceAccount that irsa created",
    writes: true,
    load: async (context) => (await import("./commands/delete-sa/command.ts")).deleteSa(context),
  },
  {
    name: "adopt",
    group: AFTERWARDS,
    summary: "adopt ServiceAccounts whose roles were created by eksctl, Terraform or manually",
    writes: true,
    load: async (context) => (await import("./commands/adopt/command.ts")).adopt(context),
  },
  {
    name: "plan",
    group: SET_UP,
    summary: "show what apply would change for the ServiceAccounts in a file",
    writes: false,
    load: async (context) => (await import("./commands/apply/command.ts")).planFile(context),
  },
  {
    name: "apply",
    group: SET_UP,
    summary: "create or repair the ServiceAccounts in a file",
    writes: true,
    load: async (context) => (await import("./commands/apply/command.ts")).applyFile(context),
  },
  {
    name: "export",
    group: SET_UP,
    summary: "print a file, or what is live, for CloudFormation and other engines",
    writes: false,
    load: async (context) => (await import("./commands/export/command.ts")).exportCommand(context),
  },
  {
    name: "migrate-trust",
    group: AFTERWARDS,
    summary: "let another cluster's pods assume the roles that trust a cluster's issuer",
    writes: true,
    load: async (context) => (await import("./commands/migrate-trust/command.ts")).migrateTrust(context),
  },
  {
    name: "migrate-pod-identity",
    group: AFTERWARDS,
    summary: "move ServiceAccounts from IRSA to EKS Pod Identity, or back",
    writes: true,
    load: async (context) =>
      (await import("./commands/migrate-pod-identity/command.ts")).migratePodIdentity(context),
  },
  {
    name: "use-sa",
    group: SET_UP,
    summary: "set the ServiceAccount that a workload's pods run with",
    writes: true,
    load: async (context) => (await import("./commands/use-sa/command.ts")).useSa(context),
  },
  {
    name: "stale-pods",
    group: CAUSE,
    summary: "list pods that must restart to pick up their role, and restart them",
    writes: "--restart",
    load: async (context) => (await import("./commands/stale-pods/command.ts")).stalePodsCommand(context),
  },
  {
    name: "verify",
    group: CAUSE,
    summary: "check every link from cluster to credentials, and report the first broken one",
    writes: "--fix",
    load: async (context) => (await import("./commands/verify/command.ts")).verify(context),
  },
  {
    name: "explain",
    group: CAUSE,
    summary: "explain the code of a finding, a rule or an error, or an exit code",
    writes: false,
    load: async (context) => (await import("./commands/explain/command.ts")).explain(context),
  },
  {
    name: "sdk-check",
    group: CAUSE,
    summary: "find AWS SDKs in lock files and SBOMs that are too old",
    writes: false,
    load: async (context) => (await import("./commands/sdk-check/command.ts")).sdkCheck(context),
  },
  {
    name: "audit",
    group: ACCESS,
    summary: "check every role's trust policy against every ServiceAccount, and report problems",
    writes: false,
    takesClusters: true,
    load: async (context) => (await import("./commands/audit/command.ts")).audit(context),
  },
  {
    name: "who-can",
    group: ACCESS,
    summary: "list the ServiceAccounts and pods that can assume a role",
    writes: false,
    takesClusters: true,
    load: async (context) => (await import("./commands/who-can/command.ts")).whoCan(context),
  },
  {
    name: "what-can",
    group: ACCESS,
    summary: "list every role that a ServiceAccount can assume",
    writes: false,
    load: async (context) => (await import("./commands/what-can/command.ts")).whatCan(context),
  },
  {
    name: "narrow",
    group: ACCESS,
    summary: "propose a policy for a role without the actions that it did not use",
    writes: false,
    load: async (context) => (await import("./commands/narrow/command.ts")).narrow(context),
  },
  {
    name: "guardrails",
    group: ACCESS,
    summary: "print a resource control policy and a service control policy for known issuers and subjects",
    writes: false,
    load: async (context) => (await import("./commands/guardrails/command.ts")).guardrails(context),
  },
  {
    name: "graph",
    group: ACCESS,
    summary: "draw which workloads assume which roles, and what is broken",
    writes: false,
    takesClusters: true,
    load: async (context) => (await import("./commands/graph/command.ts")).graph(context),
  },
  {
    name: "policies",
    group: ACCESS,
    summary: "list the well-known policies, or the roles that have an outdated version of one",
    writes: false,
    load: async (context) => (await import("./commands/policies/command.ts")).policies(context),
  },
  {
    name: "doctor",
    group: CAUSE,
    summary: "check credentials, cluster, permissions and quotas before you start",
    writes: false,
    load: async (context) => (await import("./commands/doctor/command.ts")).doctor(context),
  },
  {
    name: "permissions",
    group: CAUSE,
    summary: "print the minimum IAM policy and RBAC roles that commands need",
    writes: false,
    load: async (context) => (await import("./commands/permissions/command.ts")).permissions(context),
  },
  {
    name: "demo",
    group: TRY,
    summary: "walk through IRSA on an emulated cluster and AWS account in ten seconds",
    writes: false,
    load: async (context) => (await import("./commands/demo/command.ts")).demo(context),
  },
  {
    name: "sandbox",
    group: TRY,
    summary: "run an emulated EKS cluster and AWS account on this machine",
    writes: false,
    load: async (context) => (await import("./commands/sandbox/command.ts")).sandbox(context),
  },
  {
    name: "completion",
    group: OTHER,
    summary: "print a completion script for bash, zsh, fish or PowerShell",
    writes: false,
    load: async (context, whole) =>
      (await import("./commands/completion/command.ts")).completion(context, whole),
  },
  {
    name: "version",
    group: OTHER,
    summary: "print the version",
    writes: false,
    load: async (context) => (await import("./commands/version/command.ts")).version(context),
  },
];
