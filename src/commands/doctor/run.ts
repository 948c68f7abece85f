import { connectAws, type Aws } from "../../aws/clients.ts";
import { NOT_MEANT, type CheckReport } from "../../doctor/check.ts";
import { examine, type DoctorInput } from "../../doctor/examine.ts";
import { EXIT_CODES, Failure } from "../../model/failure.ts";
import { Problems } from "../../model/problems.ts";
import { parseRolePath, parseRolePrefix } from "../../model/role-name.ts";
import {
  DEFAULT_SERVICE_ACCOUNT,
  parseNamespaceName,
  type NamespaceName,
} from "../../model/service-account-ref.ts";
import { doctorResult, doctorLines } from "../../output/doctor-text.ts";
import { during } from "../../output/progress.ts";
import { parseCommandName, type CommandName } from "../../permissions/commands.ts";
import { isAmong } from "../../model/is-among.ts";
import { look, valueOf } from "../../model/known.ts";
import { requireAsked, requireOwnAwsAccount } from "../shared/session/bound-cluster.ts";
import { clusterByFlagOrContext } from "../shared/session/cluster-choice.ts";
import { requireChosenAwsAccount } from "../shared/session/session.ts";
import type { CommandContext } from "../command-context.ts";
import type { DoctorFlags } from "./flags.ts";
import type { ClusterFlags } from "../shared/session/options.ts";
import { askMfaCode } from "../shared/plan/prompts.ts";

const MAIN_JOB: readonly CommandName[] = ["associate-oidc", "create-sa", "verify"];

/** The run of `doctor`: look at everything, tell. */
export async function runDoctor(
  names: readonly string[],
  flags: DoctorFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const problems = new Problems();
  const named = [...new Set(problems.all("command", names, parseCommandName))];
  const namespace = problems.maybe("--namespace", flags.namespace, parseNamespaceName);
  const rolePrefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix);
  const rolePath = problems.maybe("--role-path", flags.rolePath, parseRolePath);
  problems.throwIfAny();
  const commands = named.length === 0 ? MAIN_JOB : named;
  const connections: { close(): void }[] = [];
  await context.organization();
  try {
    const surgery = await prepare(flags, context, namespace, connections);
    const roles = { ...(rolePrefix && { rolePrefix }), ...(rolePath !== undefined && { rolePath }) };
    const looking = examine({ ...surgery, commands, namespace, roles });
    const reports = await during(terminal, "running the checks", looking);
    if (flags.output === "json")
      terminal.print(context.envelope.answer({ result: doctorResult(reports, commands) }));
    else ["", ...doctorLines(reports, commands, terminal.out)].forEach(terminal.print);
    context.exitWith(exitCodeOf(reports));
  } finally {
    connections.forEach((connection) => connection.close());
  }
}

/** Another cluster than the one that was asked for is wrong input, as for every other command. */
function exitCodeOf(reports: readonly CheckReport[]): number {
  const codes = reports.flatMap(({ remarks }) => remarks.map(({ code }) => code));
  if (codes.some((code) => isAmong(code, NOT_MEANT))) return EXIT_CODES.input;
  return reports.some(({ status }) => status === "FAIL") ? EXIT_CODES.findings : 0;
}

async function prepare(
  flags: ClusterFlags,
  { terminal, envelope }: CommandContext,
  namespace: NamespaceName | undefined,
  connections: { close(): void }[],
): Promise<Omit<DoctorInput, "commands" | "namespace" | "roles">> {
  const { profile } = flags;
  const { choice, why } = await clusterByFlagOrContext(flags);
  const region = flags.region ?? choice?.region;
  const aws = await look(() =>
    connectAws({
      ...(region !== undefined && { region }),
      ...(profile !== undefined && { profile }),
      ...(terminal.interactive && { askMfaCode }),
    }),
  );
  const connected = valueOf(aws);
  if (connected !== undefined) connections.push(connected);
  const overrides = connected === undefined ? {} : await connected.overrides();
  envelope.identify({ overrides });
  const serviceAccount = { ...DEFAULT_SERVICE_ACCOUNT, ...(namespace !== undefined && { namespace }) };
  return {
    environment: process.env,
    aws,
    overrides,
    source: sourceOf(profile, process.env),
    clusterName: choice?.name,
    ...(why !== undefined && { noCluster: why }),
    requireMeant(described, caller) {
      envelope.identify({ caller: caller.arn });
      if (choice === undefined || connected === undefined) return;
      requireChosenAwsAccount({ choice }, caller);
      if (described === undefined) return;
      requireAsked(described, { ...choice, region: connected.region });
      requireOwnAwsAccount(described, caller, choice.chosenBy);
      envelope.identify({ clusters: [described], clusterChosenBy: choice.chosenBy });
    },
    connect: async (cluster) => {
      const { connectKubernetes } = await import("../../kubernetes/connect.ts");
      const { issuer } = cluster;
      if (issuer === undefined)
        throw new Failure("refused", "no-issuer", `${cluster.name} has no OIDC issuer`);
      const token = (): Promise<string> => tokenFrom(connected, cluster.name);
      const reach = { flags, cluster: { ...cluster, issuer }, serviceAccount, token };
      const connection = await connectKubernetes(reach);
      connections.push(connection);
      return connection.api;
    },
  };
}

function tokenFrom(aws: Aws | undefined, cluster: string): Promise<string> {
  if (aws === undefined) throw new TypeError("the cluster can't be found without access to AWS");
  return aws.sts.clusterToken(cluster);
}

/** Where the SDK looks first. Source: AWS SDKs and Tools Reference Guide, "Credential provider chain". */
function sourceOf(profile: string | undefined, environment: NodeJS.ProcessEnv): string {
  const named = profile ?? environment["AWS_PROFILE"];
  if (named !== undefined && named !== "") return `profile ${named}`;
  if ((environment["AWS_ACCESS_KEY_ID"] ?? "") !== "") return "AWS_ACCESS_KEY_ID";
  if ((environment["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? "") !== "") return "AWS_WEB_IDENTITY_TOKEN_FILE";
  return "default profile, SSO, container or instance";
}
