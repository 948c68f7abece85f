import type { OrganizationPolicy } from "../../config/organization.ts";
import { readClusterFiles, type ClusterFile } from "../../config/read-file.ts";
import { Problems } from "../../model/problems.ts";
import { parseRolePath, parseRolePrefix } from "../../model/role-name.ts";
import type { Styles } from "../../output/line.ts";
import { planMarkdown } from "../../output/plan-markdown.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { CommandContext } from "../command-context.ts";
import { otherAwsAccount } from "../shared/session/bound-cluster.ts";
import type { Session } from "../shared/session/session.ts";
import { runPlanCommand, type Planned } from "../shared/plan/run-plan-command.ts";
import { parseSharedRoles } from "../shared/shared-roles.ts";
import { checkTargetsFlags, coversTargets } from "../shared/targets/options.ts";
import { readConfigFiles } from "./config-files.ts";
import { fileCluster } from "./file-cluster.ts";
import type { FileFlags } from "./flags.ts";
import { prepareFile, type AskedOfFiles } from "./prepare.ts";
import { parseSetFlags } from "./prune-flags.ts";

/** The run of `plan` and `apply`: read the files, observe every ServiceAccount, plan, show, apply, answer. */
export async function runFile(
  name: "plan" | "apply",
  flags: FileFlags,
  context: CommandContext,
): Promise<void> {
  const organization = await context.organization();
  const problems = new Problems();
  checkTargetsFlags(flags, problems);
  const asked = askedOf(name, flags, organization, context.signal, problems);
  const sources = flags.sources ?? (await readConfigFiles(flags.filename, problems));
  if (coversTargets(flags)) {
    const { runTargets } = await import("./targets.ts");
    return runTargets(asked, sources, problems, context);
  }
  const file = readClusterFiles(sources, problems);
  const reach = file && fileCluster(file, flags, problems);
  if (asked.sets.prune && file?.serviceAccounts.length === 0)
    problems.note("--prune", "", "would delete the whole set: the files define no ServiceAccounts");
  problems.throwIfAny();
  if (file === undefined || reach === undefined) throw new TypeError("unnoted problem");
  const output = flags.output === "markdown" ? "document" : flags.output;
  await runPlanCommand({ ...flags, ...reach, output, adaptiveRetry: true }, context, (session, terminal) =>
    prepare(asked, file, session, terminal),
  );
}

function askedOf(
  name: AskedOfFiles["name"],
  flags: FileFlags,
  organization: OrganizationPolicy | undefined,
  signal: AbortSignal,
  problems: Problems,
): AskedOfFiles {
  const prefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix) ?? "";
  const path = problems.maybe("--role-path", flags.rolePath, parseRolePath);
  const naming = { prefix, ...(path !== undefined && { path }) };
  const sets = parseSetFlags(flags, problems);
  return { name, naming, sets, sharedRoles: parseSharedRoles(flags, problems), organization, flags, signal };
}

async function prepare(
  asked: AskedOfFiles,
  file: ClusterFile,
  session: Session,
  terminal: Terminal,
): Promise<Planned> {
  const { caller, cluster, header } = session;
  const { awsAccount = cluster.awsAccount } = file.cluster;
  if (awsAccount !== cluster.awsAccount) throw otherAwsAccount("the file's cluster", awsAccount, caller);
  const planned = await prepareFile(asked, file, session, terminal);
  if (asked.flags.output !== "markdown") return planned;
  const plan = { changes: planned.changes, notes: planned.notes, cluster };
  const lines = (color: Styles) => planned.presenter.lines(plan, color, false);
  const document = planMarkdown({ plan, cluster, header, lines });
  return { ...planned, report: async (outcome) => ({ ...(await planned.report(outcome)), document }) };
}
