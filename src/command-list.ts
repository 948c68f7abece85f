import type { Command } from "commander";
import type { CommandContext } from "./commands/command-context.ts";

/** A command by name; its code is imported when it runs or its help is asked for. */
export interface Entry {
  readonly name: string;
  /** The heading that it stands under in the help. */
  readonly group: string;
  readonly summary: string;
  /** Whether it writes: always (its plan first), by this flag only, or never. */
  readonly writes: boolean | "--fix" | "--restart";
  /** @param whole makes the program with all that each command has */
  readonly load: (context: CommandContext, whole: () => Promise<Command>) => Promise<Command>;
}

const SET_UP = "Setting up:";
const AFTERWARDS = "Manage:";
const CAUSE = "Troubleshoot:";
const ACCESS = "Analyze access:";
const TRY = "Trying it:";

/** The commands, in the order of the help within each heading. */
export const COMMANDS: readonly Entry[] = [
  {
    name: "associate-oidc",
    group: SET_UP,
    summary: "make the cluster's OIDC issuer an IAM identity provider",
    writes: true,
    load: async (context) => (await import("./commands/associate-oidc/command.ts")).associateOidc(context),
  },
  {
    name: "disassociate-oidc",
    group: AFTERWARDS,
    summary: "delete the cluster's IAM identity provider, once no role trusts it",
    writes: true,
    load: async (context) =>
      (await import("./commands/disassociate-oidc/command.ts")).disassociateOidc(context),
  },
  {
    name: "create-sa",
    group: SET_UP,
    summary: "make a role for a ServiceAccount, and the ServiceAccount, annotated with it",
    writes: true,
    load: async (context) => (await import("./commands/create-sa/command.ts")).createSa(context),
  },
  {
    name: "get-sa",
    group: AFTERWARDS,
    summary: "list ServiceAccounts with their roles, whose these are, and what has drifted",
    writes: false,
    load: async (context) => (await import("./commands/get-sa/command.ts")).getSa(context),
  },
  {
    name: "update-sa",
    group: AFTERWARDS,
    summary: "change policies, boundary, session, tags or labels of a ServiceAccount of irsa's",
    writes: true,
    load: async (context) => (await import("./commands/update-sa/command.ts")).updateSa(context),
  },
  {
    name: "delete-sa",
    group: AFTERWARDS,
    summary: "remove what irsa made for a ServiceAccount: role, annotation, ServiceAccount",
    writes: true,
    load: async (context) => (await import("./commands/delete-sa/command.ts")).deleteSa(context),
  },
  {
    name: "adopt",
    group: AFTERWARDS,
    summary: "take over ServiceAccounts with the roles that eksctl, Terraform or a hand has made for them",
    writes: true,
    load: async (context) => (await import("./commands/adopt/command.ts")).adopt(context),
  },
  {
    name: "plan",
    group: SET_UP,
    summary: "show what a file of ServiceAccounts asks for, against what is there",
    writes: false,
    load: async (context) => (await import("./commands/apply/command.ts")).planFile(context),
  },
  {
    name: "apply",
    group: SET_UP,
    summary: "make and put right the ServiceAccounts that a file asks for",
    writes: true,
    load: async (context) => (await import("./commands/apply/command.ts")).applyFile(context),
  },
  {
    name: "migrate-trust",
    group: AFTERWARDS,
    summary: "let another cluster's pods have the roles that trust a cluster's issuer",
    writes: true,
    load: async (context) => (await import("./commands/migrate-trust/command.ts")).migrateTrust(context),
  },
  {
    name: "use-sa",
    group: SET_UP,
    summary: "let a workload's pods run with a ServiceAccount",
    writes: true,
    load: async (context) => (await import("./commands/use-sa/command.ts")).useSa(context),
  },
  {
    name: "stale-pods",
    group: CAUSE,
    summary: "list pods that run without what their ServiceAccount has now, and restart them",
    writes: "--restart",
    load: async (context) => (await import("./commands/stale-pods/command.ts")).stalePodsCommand(context),
  },
  {
    name: "verify",
    group: CAUSE,
    summary: "follow the chain from cluster to credentials, and name the first broken link",
    writes: "--fix",
    load: async (context) => (await import("./commands/verify/command.ts")).verify(context),
  },
  {
    name: "sdk-check",
    group: CAUSE,
    summary: "tell which AWS SDKs in lock files and SBOMs are too old",
    writes: false,
    load: async (context) => (await import("./commands/sdk-check/command.ts")).sdkCheck(context),
  },
  {
    name: "audit",
    group: ACCESS,
    summary: "judge every role's trust against every ServiceAccount, and find what is wrong",
    writes: false,
    load: async (context) => (await import("./commands/audit/command.ts")).audit(context),
  },
  {
    name: "who-can",
    group: ACCESS,
    summary: "which ServiceAccounts and pods can become a role",
    writes: false,
    load: async (context) => (await import("./commands/who-can/command.ts")).whoCan(context),
  },
  {
    name: "what-can",
    group: ACCESS,
    summary: "every role that a ServiceAccount can become",
    writes: false,
    load: async (context) => (await import("./commands/what-can/command.ts")).whatCan(context),
  },
  {
    name: "graph",
    group: ACCESS,
    summary: "draw which workloads become which roles, and what is wrong on the way",
    writes: false,
    load: async (context) => (await import("./commands/graph/command.ts")).graph(context),
  },
  {
    name: "doctor",
    group: CAUSE,
    summary: "check credentials, cluster, rights and quotas before anything is tried",
    writes: false,
    load: async (context) => (await import("./commands/doctor/command.ts")).doctor(context),
  },
  {
    name: "permissions",
    group: CAUSE,
    summary: "print the least IAM policy and RBAC role that commands need",
    writes: false,
    load: async (context) => (await import("./commands/permissions/command.ts")).permissions(context),
  },
  {
    name: "completion",
    group: TRY,
    summary: "print a script that completes commands and flags in bash, zsh or fish",
    writes: false,
    load: async (context, whole) =>
      (await import("./commands/completion/command.ts")).completion(context, whole),
  },
  {
    name: "demo",
    group: TRY,
    summary: "the whole story on an emulated cluster and ServiceAccount, in ten seconds",
    writes: false,
    load: async (context) => (await import("./commands/demo/command.ts")).demo(context),
  },
  {
    name: "sandbox",
    group: TRY,
    summary: "an EKS cluster and an AWS account on loopback, to try things out",
    writes: false,
    load: async (context) => (await import("./commands/sandbox/command.ts")).sandbox(context),
  },
];
