import { desiredOf } from "../../config/desired.ts";
import { readClusterFiles, type ClusterFile } from "../../config/read-file.ts";
import { selectServiceAccounts } from "../../config/select.ts";
import type { AwsPort } from "../../aws/port.ts";
import { observeBlank } from "../../export/observe-blank.ts";
import { exportOfFile, type Exported } from "../../export/from-file.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Problems } from "../../model/problems.ts";
import { parseRolePath, parseRolePrefix } from "../../model/role-name.ts";
import { during } from "../../output/progress.ts";
import { isOfWay, ruled } from "../apply/asked-rows.ts";
import { readConfigFiles } from "../apply/config-files.ts";
import { fileCluster } from "../apply/file-cluster.ts";
import { parseSetName } from "../apply/prune-flags.ts";
import type { CommandContext } from "../command-context.ts";
import { clarified } from "../shared/session/clarify.ts";
import type { ClusterFlags } from "../shared/session/options.ts";
import { openSession } from "../shared/session/session.ts";
import type { ExportFlags } from "./flags.ts";

/** A file, and what flags say of the names in it. */
export interface AskedFile {
  readonly file: ClusterFile;
  readonly naming: { readonly prefix: string; readonly path?: string; readonly set?: string };
}

/** Where a file is exported for. */
export interface FileTarget {
  readonly cluster: ClusterWithIssuer;
  readonly clusterFlags: readonly string[];
  readonly aws: AwsPort;
}

/** What a file asks for in its cluster, as a model; the cluster itself is not read. */
export async function exportFile(flags: ExportFlags, context: CommandContext): Promise<Exported> {
  const { asked, reach } = await readAsked(flags, (file, problems) => fileCluster(file, flags, problems));
  const session = await openSession({ ...flags, ...reach, adaptiveRetry: true }, context, false);
  try {
    const exporting = clarified(session, () => exportFor(session, asked, flags, context));
    return await during(context.terminal, "reading policies", exporting);
  } finally {
    session.close();
  }
}

/**
 * The file of the flags, checked, and what of it leads to the cluster.
 * @throws Failure of kind `input` with all that is wrong
 */
export async function readAsked<Reach extends ClusterFlags>(
  flags: ExportFlags,
  reachOf: (file: ClusterFile, problems: Problems) => Reach,
): Promise<{ readonly asked: AskedFile; readonly reach: Reach }> {
  const problems = new Problems();
  const prefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix) ?? "";
  const path = problems.maybe("--role-path", flags.rolePath, parseRolePath);
  const set = problems.maybe("--set", flags.set, parseSetName);
  const file = readClusterFiles(await readConfigFiles(flags.filename ?? [], problems), problems);
  const reach = file && reachOf(file, problems);
  problems.throwIfAny();
  if (file === undefined || reach === undefined) throw new TypeError("unnoted problem");
  const naming = { prefix, ...(path !== undefined && { path }), ...(set !== undefined && { set }) };
  return { asked: { file, naming }, reach };
}

/** What a file asks for in this cluster, as a model. */
export async function exportFor(
  { cluster, clusterFlags, aws }: FileTarget,
  { file, naming }: AskedFile,
  flags: ExportFlags,
  context: Pick<CommandContext, "organization">,
): Promise<Exported> {
  const ofWay = file.serviceAccounts.filter(({ podIdentity }) => isOfWay(podIdentity, flags.way));
  const { serviceAccounts, notes: selection } = selectServiceAccounts(ofWay, flags);
  const associate = (file.withOidc && flags.way !== "pod-identity") || flags.associateOidc === true;
  const problems = new Problems();
  const terms = {
    ...naming,
    adopt: false,
    associate,
    addTrust: false,
    clusterFlags,
    allowDefaultServiceAccount: flags.allowDefaultServiceAccount === true,
    allowAdministrator: flags.allowAdministratorPolicy === true,
  };
  const asks = serviceAccounts.map((one) => desiredOf(one, cluster, terms, problems));
  problems.throwIfAny();
  const { desires, refused } = ruled(asks, await context.organization());
  const observed = await observeBlank(desires, cluster, aws);
  const all = { ...observed, observations: [...observed.observations, ...refused] };
  const { model, notes } = exportOfFile(all, cluster, associate);
  return { model, notes: [...file.notes, ...selection, ...notes] };
}
