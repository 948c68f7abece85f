import { desiredOf } from "../../config/desired.ts";
import { readClusterFiles, type ClusterFile } from "../../config/read-file.ts";
import { selectServiceAccounts } from "../../config/select.ts";
import { observeBlank } from "../../export/observe-blank.ts";
import { exportOfFile, type Exported } from "../../export/from-file.ts";
import { Problems } from "../../model/problems.ts";
import { parseRolePath, parseRolePrefix } from "../../model/role-name.ts";
import { during } from "../../output/progress.ts";
import { isOfWay, ruled } from "../apply/asked-rows.ts";
import { readConfigFiles } from "../apply/config-files.ts";
import { fileCluster } from "../apply/file-cluster.ts";
import { parseSetName } from "../apply/prune-flags.ts";
import type { CommandContext } from "../command-context.ts";
import { clarified } from "../shared/session/clarify.ts";
import { openSession, type Session } from "../shared/session/session.ts";
import type { ExportFlags } from "./flags.ts";

/** What a file asks for, as a model; the cluster itself is not read. */
export async function exportFile(flags: ExportFlags, context: CommandContext): Promise<Exported> {
  const problems = new Problems();
  const prefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix) ?? "";
  const path = problems.maybe("--role-path", flags.rolePath, parseRolePath);
  const set = problems.maybe("--set", flags.set, parseSetName);
  const file = readClusterFiles(await readConfigFiles(flags.filename ?? [], problems), problems);
  const reach = file && fileCluster(file, flags, problems);
  problems.throwIfAny();
  if (file === undefined || reach === undefined) throw new TypeError("unnoted problem");
  const naming = { prefix, ...(path !== undefined && { path }), ...(set !== undefined && { set }) };
  const session = await openSession({ ...flags, ...reach, adaptiveRetry: true }, context, false);
  try {
    return await clarified(session, () => exportIn(session, file, naming, flags, context));
  } finally {
    session.close();
  }
}

async function exportIn(
  { cluster, clusterFlags, aws }: Session,
  file: ClusterFile,
  naming: { readonly prefix: string; readonly path?: string; readonly set?: string },
  flags: ExportFlags,
  context: CommandContext,
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
  const observed = await during(context.terminal, "reading policies", observeBlank(desires, cluster, aws));
  const all = { ...observed, observations: [...observed.observations, ...refused] };
  const { model, notes } = exportOfFile(all, cluster, associate);
  return { model, notes: [...file.notes, ...selection, ...notes] };
}
