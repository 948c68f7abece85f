import { counted } from "../../model/counted.ts";
import type { AwsPort, IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { desiredOf } from "../../config/desired.ts";
import { readClusterFiles, type ClusterFile } from "../../config/read-file.ts";
import type { OrganizationPolicy } from "../../config/organization.ts";
import { selectServiceAccounts } from "../../config/select.ts";
import { memoized } from "../../model/memoized.ts";
import { Problems } from "../../model/problems.ts";
import { parseRolePath, parseRolePrefix, type RoleName } from "../../model/role-name.ts";
import type { FromOperator } from "../../model/source.ts";
import type { Styles } from "../../output/line.ts";
import { planMarkdown } from "../../output/plan-markdown.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { DesiredServiceAccount } from "../../service-account/create/desired.ts";
import {
  observeServiceAccounts,
  type Observation,
  type ObservedFleet,
} from "../../service-account/fleet/observe.ts";
import { planServiceAccounts, type PlannedServiceAccount } from "../../service-account/fleet/plan.ts";
import { quotaNotes, readCounts } from "../../service-account/fleet/quota-notes.ts";
import { preparePrune } from "../../service-account/fleet/prune.ts";
import type { FileFlags } from "./flags.ts";
import { isOfWay, ruled } from "./asked-rows.ts";
import { associationPlaces } from "./association-places.ts";
import { isMissing, isTaken, leftNotes } from "./left-rows.ts";
import { fileReport } from "./report.ts";
import { byServiceAccount } from "../shared/plan/by-service-account.ts";
import { fileCluster } from "./file-cluster.ts";
import type { CommandContext } from "../command-context.ts";
import { parseSharedRoles } from "../shared/shared-roles.ts";
import { readConfigFiles } from "./config-files.ts";
import { proveServiceAccounts } from "../shared/proof/prove-service-accounts.ts";
import { prunedPods } from "./pruned-pods.ts";
import { parseSetFlags, type SetTerms } from "./prune-flags.ts";
import type { Session } from "../shared/session/session.ts";
import { runPlanCommand, type Planned } from "../shared/plan/run-plan-command.ts";

/** The run of `plan` and `apply`: read the files, observe every ServiceAccount, plan, show, apply, answer. */
export async function runFile(
  name: "plan" | "apply",
  flags: FileFlags,
  context: CommandContext,
): Promise<void> {
  const organization = await context.organization();
  const problems = new Problems();
  const prefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix) ?? "";
  const path = problems.maybe("--role-path", flags.rolePath, parseRolePath);
  const sets = parseSetFlags(flags, problems);
  const sharedRoles = parseSharedRoles(flags, problems);
  const file = readClusterFiles(flags.sources ?? (await readConfigFiles(flags.filename, problems)), problems);
  const reach = file && fileCluster(file, flags, problems);
  if (sets.prune && file?.serviceAccounts.length === 0)
    problems.note("--prune", "", "would delete the whole set: the files define no ServiceAccounts");
  problems.throwIfAny();
  if (file === undefined || reach === undefined) throw new TypeError("unnoted problem");
  const naming = { prefix, ...(path !== undefined && { path }) };
  const output = flags.output === "markdown" ? "document" : flags.output;
  await runPlanCommand({ ...flags, ...reach, output, adaptiveRetry: true }, context, (session, terminal) =>
    prepare(
      { name, file, naming, sets, sharedRoles, organization, flags, signal: context.signal },
      session,
      terminal,
    ),
  );
}

/** What is desired, by file, flags and organization policy. */
interface Asked {
  readonly name: "plan" | "apply";
  readonly file: ClusterFile;
  readonly naming: { readonly prefix: string; readonly path?: string };
  readonly sets: SetTerms;
  readonly sharedRoles: readonly FromOperator<RoleName>[];
  readonly organization: OrganizationPolicy | undefined;
  readonly flags: FileFlags;
  readonly signal: AbortSignal;
}

async function prepare(
  { name, file, naming, sets, sharedRoles, organization, flags, signal }: Asked,
  session: Session,
  terminal: Terminal,
): Promise<Planned> {
  const ofWay = file.serviceAccounts.filter(({ podIdentity }) => isOfWay(podIdentity, flags.way));
  const { serviceAccounts, notes: selection } = selectServiceAccounts(ofWay, flags);
  const problems = new Problems();
  const terms = {
    ...naming,
    ...(sets.set !== undefined && { set: sets.set }),
    adopt: flags.overrideExistingServiceaccounts === true,
    associate: (file.withOidc && flags.way !== "pod-identity") || flags.associateOidc === true,
    addTrust: false,
    sharedRoles,
    clusterFlags: session.clusterFlags,
    allowDefaultServiceAccount: flags.allowDefaultServiceAccount === true,
    allowAdministrator: flags.allowAdministratorPolicy === true,
    overrideEngine: flags.overrideEngine === true,
  };
  const asks = serviceAccounts.map((serviceAccount) =>
    desiredOf(serviceAccount, session.cluster, terms, problems),
  );
  problems.throwIfAny();
  const { desires, refused } = ruled(asks, organization);
  const iam = withListsOnce(session.aws.iam);
  const { kubernetes, observed } = await observe(desires, { ...session.aws, iam }, session, terminal);
  const keep = (row: PlannedServiceAccount): boolean =>
    !(flags.leaveExisting === true && isTaken(row)) && (flags.onlyMissing !== true || isMissing(row));
  const pruned = await pruning(file, sets, { iam, kubernetes }, session, terminal);
  const all = withRefused(observed, refused);
  const fleet = planServiceAccounts(all, { associate: terms.associate, keep, pruned: pruned.rows });
  stopWithoutProvider(fleet.rows);
  const { cluster, clusterFlags } = session;
  const ports = { eks: session.aws.eks, kubernetes };
  const presenter = byServiceAccount(fleet.rows);
  const [counts, places] = await during(
    terminal,
    "reading quotas and nodes",
    Promise.all([readCounts(fleet.changes, iam), associationPlaces(fleet, cluster, ports, clusterFlags)]),
  );
  const notes = [
    ...file.notes,
    ...selection,
    ...leftNotes(desires, fleet.rows, flags),
    ...pruned.notes,
    ...fleet.notes,
    ...places,
    ...quotaNotes(fleet.changes, counts),
  ];
  return {
    changes: fleet.changes,
    notes,
    kubernetes: kubernetes ?? pruned.kubernetes,
    presenter,
    async report(outcome) {
      const proofs =
        flags.wait === true && outcome.state !== "planned" && kubernetes !== undefined
          ? await proveServiceAccounts(
              fleet.rows,
              { ...session.aws, kubernetes, cluster: session.cluster },
              terminal,
              signal,
            )
          : [];
      const report = fileReport(name, fleet.rows, outcome, flags, proofs);
      if (flags.output !== "markdown") return report;
      const plan = { changes: fleet.changes, notes, cluster };
      const lines = (color: Styles) => presenter.lines(plan, color, false);
      return { ...report, document: planMarkdown({ plan, cluster, header: session.header, lines }) };
    },
  };
}

/** Without the provider nothing in the file can work, so it stops here, as `create-sa` does. */
function stopWithoutProvider(rows: readonly PlannedServiceAccount[]): void {
  const row = rows.find((one) => one.state === "failed" && one.failure.code === "provider-missing");
  if (row?.state === "failed") throw row.failure;
}

function withRefused(observed: ObservedFleet, refused: readonly Observation[]): ObservedFleet {
  return { ...observed, observations: [...observed.observations, ...refused] };
}

/** What exists and what will be pruned are read from the same lists. */
function withListsOnce(iam: IamPort): IamPort {
  return {
    ...iam,
    listRoles: memoized(() => iam.listRoles()),
    listRolesInFull: memoized((also: Parameters<IamPort["listRolesInFull"]>[0]) => iam.listRolesInFull(also)),
  };
}

async function observe(
  desires: readonly DesiredServiceAccount[],
  aws: AwsPort,
  session: Session,
  terminal: Terminal,
) {
  const { cluster } = session;
  const inCluster = desires.find(({ roleOnly }) => !roleOnly);
  const kubernetes = inCluster && (await session.kubernetes(inCluster.serviceAccount));
  const reading = (done: number): string =>
    `reading IAM and the cluster: ${done} of ${counted(desires.length, "ServiceAccount")}`;
  const observed = await during(terminal, reading(0), (update) =>
    observeServiceAccounts(desires, cluster, { aws, kubernetes }, (done) => update(reading(done))),
  );
  return { kubernetes, observed };
}

async function pruning(
  { serviceAccounts }: ClusterFile,
  { prune, set, most }: SetTerms,
  connected: { readonly iam: IamPort; readonly kubernetes: KubernetesPort | undefined },
  session: Session,
  terminal: Terminal,
) {
  const stay = serviceAccounts.map(({ serviceAccount }) => serviceAccount);
  const [first] = stay;
  if (!prune || set === undefined || first === undefined)
    return { rows: [], notes: [], kubernetes: undefined };
  const { iam } = connected;
  const kubernetes = connected.kubernetes ?? (await session.kubernetes(first));
  const planning = async () => {
    const rows = await preparePrune(
      { set, stay, most, clusterFlags: session.clusterFlags },
      session.cluster,
      {
        iam,
        eks: session.aws.eks,
        kubernetes,
      },
    );
    return { rows, notes: await prunedPods(rows, kubernetes), kubernetes };
  };
  return during(terminal, "reading the set", planning());
}
