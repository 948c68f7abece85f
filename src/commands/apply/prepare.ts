import type { Aws } from "../../aws/clients.ts";
import type { AwsPort, IamPort } from "../../aws/port.ts";
import { desiredOf } from "../../config/desired.ts";
import type { OrganizationPolicy } from "../../config/organization.ts";
import type { FileContents } from "../../config/read-file.ts";
import { selectServiceAccounts } from "../../config/select.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { counted } from "../../model/counted.ts";
import { memoized } from "../../model/memoized.ts";
import { Problems } from "../../model/problems.ts";
import type { RoleName } from "../../model/role-name.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { FromOperator } from "../../model/source.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { DesiredServiceAccount } from "../../service-account/create/desired.ts";
import {
  observeServiceAccounts,
  type Observation,
  type ObservedFleet,
} from "../../service-account/fleet/observe.ts";
import { planServiceAccounts, type PlannedServiceAccount } from "../../service-account/fleet/plan.ts";
import { preparePrune } from "../../service-account/fleet/prune.ts";
import { quotaNotes, readCounts } from "../../service-account/fleet/quota-notes.ts";
import { byServiceAccount } from "../shared/plan/by-service-account.ts";
import type { PlanPresenter } from "../shared/plan/presenter.ts";
import type { Planned } from "../shared/plan/run-plan-command.ts";
import { proveServiceAccounts, toBeProved } from "../shared/proof/prove-service-accounts.ts";
import { isOfWay, ruled } from "./asked-rows.ts";
import { associationPlaces } from "./association-places.ts";
import type { FileFlags } from "./flags.ts";
import { isMissing, isTaken, leftNotes } from "./left-rows.ts";
import type { SetTerms } from "./prune-flags.ts";
import { prunedPods } from "./pruned-pods.ts";
import { fileReport } from "./report.ts";

/** Where a file is planned: a session on one cluster, or a cluster of a target. */
export interface FilePlace {
  readonly aws: Aws;
  readonly cluster: ClusterWithIssuer;
  readonly clusterFlags: readonly string[];
  kubernetes(serviceAccount: ServiceAccountRef): Promise<KubernetesPort>;
}

/** What is desired of every cluster, by flags and organization policy. */
export interface AskedOfFiles {
  readonly name: "plan" | "apply";
  readonly naming: { readonly prefix: string; readonly path?: string };
  readonly sets: SetTerms;
  readonly sharedRoles: readonly FromOperator<RoleName>[];
  readonly organization: OrganizationPolicy | undefined;
  readonly flags: FileFlags;
  readonly signal: AbortSignal;
}

/** A plan for what files ask for in a cluster. */
export interface PlannedFile extends Planned {
  readonly presenter: PlanPresenter;
  /** True where something could not be planned. */
  readonly hasFailed: boolean;
}

/** Observes what the files ask for, and plans it. */
export async function prepareFile(
  { name, naming, sets, sharedRoles, organization, flags, signal }: AskedOfFiles,
  file: FileContents,
  session: FilePlace,
  terminal: Terminal,
): Promise<PlannedFile> {
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
    hasFailed: fleet.rows.some(({ state }) => state === "failed"),
    async report(outcome) {
      const proofs =
        flags.wait === true && outcome.state !== "planned"
          ? await proofsOf(fleet.rows, kubernetes, session, terminal, signal)
          : [];
      return fileReport(name, fleet.rows, outcome, flags, proofs);
    },
  };
}

async function proofsOf(
  rows: readonly PlannedServiceAccount[],
  connected: KubernetesPort | undefined,
  session: FilePlace,
  terminal: Terminal,
  signal: AbortSignal,
) {
  const proved = toBeProved(rows);
  const [first] = proved;
  if (first === undefined) return [];
  const kubernetes = connected ?? (await session.kubernetes(first.serviceAccount));
  return proveServiceAccounts(
    proved,
    { ...session.aws, kubernetes, cluster: session.cluster },
    terminal,
    signal,
  );
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
  session: FilePlace,
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
  { serviceAccounts }: FileContents,
  { prune, set, most }: SetTerms,
  connected: { readonly iam: IamPort; readonly kubernetes: KubernetesPort | undefined },
  session: FilePlace,
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
