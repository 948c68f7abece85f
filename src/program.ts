import { Command, Option } from "commander";
import type { CommandContext } from "./commands/command-context.ts";
import { usageHint } from "./usage-hint.ts";

/** A command by name; its code is imported when it runs or its help is asked for. */
interface Entry {
  readonly name: string;
  /** The heading that it stands under in the help. */
  readonly group: string;
  readonly summary: string;
  /** Whether it writes: always (its plan first), by this flag only, or never. */
  readonly writes: boolean | "--fix" | "--restart";
  readonly load: (context: CommandContext) => Promise<Command>;
}

const SET_UP = "Setting up:";
const AFTERWARDS = "The life after:";
const CAUSE = "Finding the cause:";
const ACCESS = "Who can become what:";
const TRY = "Trying it:";

const COMMANDS: readonly Entry[] = [
  {
    name: "associate-oidc",
    group: SET_UP,
    summary: "make the cluster's OIDC issuer an IAM identity provider",
    writes: true,
    load: async (context) => (await import("./commands/oidc/associate-oidc.ts")).associateOidc(context),
  },
  {
    name: "disassociate-oidc",
    group: AFTERWARDS,
    summary: "delete the cluster's IAM identity provider, once no role trusts it",
    writes: true,
    load: async (context) => (await import("./commands/oidc/disassociate-oidc.ts")).disassociateOidc(context),
  },
  {
    name: "create-sa",
    group: SET_UP,
    summary: "make a role for a ServiceAccount, and the account, annotated with it",
    writes: true,
    load: async (context) => (await import("./commands/create-sa/create-sa.ts")).createSa(context),
  },
  {
    name: "get-sa",
    group: AFTERWARDS,
    summary: "list ServiceAccounts with their roles, whose these are, and what has drifted",
    writes: false,
    load: async (context) => (await import("./commands/get-sa/get-sa.ts")).getSa(context),
  },
  {
    name: "update-sa",
    group: AFTERWARDS,
    summary: "change policies, boundary, session, tags or labels of an account of irsa's",
    writes: true,
    load: async (context) => (await import("./commands/update-sa/update-sa.ts")).updateSa(context),
  },
  {
    name: "delete-sa",
    group: AFTERWARDS,
    summary: "remove what irsa made for a ServiceAccount: role, annotation, account",
    writes: true,
    load: async (context) => (await import("./commands/delete-sa/delete-sa.ts")).deleteSa(context),
  },
  {
    name: "adopt",
    group: AFTERWARDS,
    summary: "take over accounts with the roles that eksctl, Terraform or a hand has made for them",
    writes: true,
    load: async (context) => (await import("./commands/adopt/adopt.ts")).adopt(context),
  },
  {
    name: "plan",
    group: SET_UP,
    summary: "show what a file of accounts asks for, against what is there",
    writes: false,
    load: async (context) => (await import("./commands/apply-file/apply-file.ts")).planFile(context),
  },
  {
    name: "apply",
    group: SET_UP,
    summary: "make and put right the accounts that a file asks for",
    writes: true,
    load: async (context) => (await import("./commands/apply-file/apply-file.ts")).applyFile(context),
  },
  {
    name: "migrate-trust",
    group: AFTERWARDS,
    summary: "let another cluster's pods have the roles that trust a cluster's issuer",
    writes: true,
    load: async (context) =>
      (await import("./commands/migrate-trust/migrate-trust.ts")).migrateTrust(context),
  },
  {
    name: "use-sa",
    group: SET_UP,
    summary: "let a workload's pods run with a ServiceAccount",
    writes: true,
    load: async (context) => (await import("./commands/use-sa/use-sa.ts")).useSa(context),
  },
  {
    name: "stale-pods",
    group: CAUSE,
    summary: "list pods that run without what their account has now, and restart them",
    writes: "--restart",
    load: async (context) => (await import("./commands/stale-pods/stale-pods.ts")).stalePodsCommand(context),
  },
  {
    name: "verify",
    group: CAUSE,
    summary: "follow the chain from cluster to credentials, and name the first broken link",
    writes: "--fix",
    load: async (context) => (await import("./commands/verify/verify.ts")).verify(context),
  },
  {
    name: "sdk-check",
    group: CAUSE,
    summary: "tell which AWS SDKs in lock files and SBOMs are too old",
    writes: false,
    load: async (context) => (await import("./commands/sdk-check/sdk-check.ts")).sdkCheck(context),
  },
  {
    name: "audit",
    group: ACCESS,
    summary: "judge every role's trust against every ServiceAccount, and find what is wrong",
    writes: false,
    load: async (context) => (await import("./commands/access/audit.ts")).audit(context),
  },
  {
    name: "who-can",
    group: ACCESS,
    summary: "which ServiceAccounts and pods can become a role",
    writes: false,
    load: async (context) => (await import("./commands/access/who-can.ts")).whoCan(context),
  },
  {
    name: "what-can",
    group: ACCESS,
    summary: "every role that a ServiceAccount can become",
    writes: false,
    load: async (context) => (await import("./commands/access/what-can.ts")).whatCan(context),
  },
  {
    name: "graph",
    group: ACCESS,
    summary: "draw which workloads become which roles, and what is wrong on the way",
    writes: false,
    load: async (context) => (await import("./commands/access/graph.ts")).graph(context),
  },
  {
    name: "doctor",
    group: CAUSE,
    summary: "check credentials, cluster, rights and quotas before anything is tried",
    writes: false,
    load: async (context) => (await import("./commands/doctor/doctor.ts")).doctor(context),
  },
  {
    name: "permissions",
    group: CAUSE,
    summary: "print the least IAM policy and RBAC role that commands need",
    writes: false,
    load: async (context) => (await import("./commands/permissions.ts")).permissions(context),
  },
  {
    name: "demo",
    group: TRY,
    summary: "the whole story on an emulated cluster and account, in ten seconds",
    writes: false,
    load: async (context) => (await import("./commands/demo/demo.ts")).demo(context),
  },
  {
    name: "sandbox",
    group: TRY,
    summary: "an EKS cluster and an AWS account on loopback, to try things out",
    writes: false,
    load: async (context) => (await import("./commands/sandbox/sandbox.ts")).sandbox(context),
  },
];

const ABOUT = `Sets up, runs, proves and repairs IAM Roles for Service Accounts on Amazon EKS.
Without --approve every command shows its plan and writes nothing.`;

const HELP_COLUMNS = 80;

/** The command tree for these arguments: the command that is called with all it has, the others by name. */
export async function buildProgram(
  args: readonly string[],
  context: CommandContext,
  version: string,
): Promise<Command> {
  const program = new Command("irsa")
    .description(ABOUT)
    .version(version, "-V, --version", "print the version")
    .option("--debug", "print stack traces of failures")
    .configureOutput({
      getOutHelpWidth: () => helpWidth(process.stdout),
      getErrHelpWidth: () => helpWidth(process.stderr),
    })
    .enablePositionalOptions()
    .showHelpAfterError("(irsa --help lists the commands)")
    .exitOverride();
  const called = calledCommand(args);
  for (const { name, group, summary, load } of COMMANDS) {
    if (name === called) program.addCommand(inherit(await load(context)).helpGroup(group));
    else program.command(name).description(summary).helpGroup(group).helpOption(false);
  }
  return program;
}

/** No wider than bin/irsa.cjs has the help at hand. */
function helpWidth({ columns = HELP_COLUMNS }: { readonly columns?: number }): number {
  return Math.min(columns, HELP_COLUMNS);
}

/** Gives a command, and those below it, the program's ways of ending, and its `--debug`. */
function inherit(command: Command, path = command.name()): Command {
  for (const below of command.commands) inherit(below, `${path} ${below.name()}`);
  return command
    .addOption(new Option("--debug").hideHelp())
    .configureOutput({
      outputError(text, write) {
        const hint = usageHint(text, command);
        write(hint === undefined ? text : `${text}${hint}\n`);
      },
    })
    .showHelpAfterError(`(irsa ${path} --help shows the flags)`)
    .exitOverride();
}

/** True if the command line could have changed something, so that it is good to know that nothing was. */
export function mayWrite(args: readonly string[]): boolean {
  const called = calledCommand(args);
  const { writes = false } = COMMANDS.find(({ name }) => name === called) ?? {};
  return typeof writes === "string" ? args.includes(writes) : writes;
}

/** `irsa help NAME` needs the command too. */
function calledCommand(args: readonly string[]): string | undefined {
  const words = args.filter((arg) => !arg.startsWith("-"));
  return words[0] === "help" ? words[1] : words[0];
}
