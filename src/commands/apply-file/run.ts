import { counted } from "../../model/counted.ts";
import type { AwsPort, IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { desiredOf } from "../../config/desired.ts";
import { readClusterFiles, type ClusterFile } from "../../config/read-file.ts";
import type { Organisation } from "../../config/organisation.ts";
import { selectAccounts } from "../../config/select.ts";
import { withinOrganisation } from "../../config/within-organisation.ts";
import { isFailure } from "../../model/failure.ts";
import { once } from "../../model/once.ts";
import type { Note } from "../../model/plan.ts";
import { Problems } from "../../model/problems.ts";
import { parseRolePath, parseRolePrefix, type RoleName } from "../../model/role-name.ts";
import type { FromOperator } from "../../model/source.ts";
import { accountPath } from "../../model/service-account-ref.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { DesiredAccount } from "../../service-account/desired.ts";
import { observeAccounts, type Observation, type ObservedFleet } from "../../service-account/observe-many.ts";
import { changesOf, planAccounts, type AccountRow } from "../../service-account/plan-many.ts";
import { planPrune } from "../../service-account/prune.ts";
import type { FileFlags } from "./apply-file.ts";
import { fileEnding } from "./end.ts";
import { byAccount } from "../walk/by-account.ts";
import { fileCluster } from "./file-cluster.ts";
import type { CommandContext } from "../command-context.ts";
import { parseSharedRoles } from "../shared-roles.ts";
import { readConfigFiles } from "./config-files.ts";
import { proveAccounts } from "../proof/prove-accounts.ts";
import { prunedPods } from "./pruned-pods.ts";
import { parseSetFlags, type SetTerms } from "./prune-flags.ts";
import type { Session } from "../session/session.ts";
import { walk, type Planned } from "../walk/walk.ts";

/** The run of `plan` and `apply`: read the files, observe every account, plan, show, apply, answer. */
export async function runFile(
  name: "plan" | "apply",
  flags: FileFlags,
  context: CommandContext,
): Promise<void> {
  const organisation = await context.organization();
  const problems = new Problems();
  const prefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix) ?? "";
  const path = problems.maybe("--role-path", flags.rolePath, parseRolePath);
  const sets = parseSetFlags(flags, problems);
  const sharedRoles = parseSharedRoles(flags, problems);
  const file = readClusterFiles(await readConfigFiles(flags.filename, problems), problems);
  const reach = file && fileCluster(file, flags, problems);
  if (sets.prune && file?.accounts.length === 0)
    problems.note("--prune", "", "would take all of the set: the files name no account");
  problems.throwIfAny();
  if (file === undefined || reach === undefined) throw new TypeError("unnoted problem");
  const naming = { prefix, ...(path !== undefined && { path }) };
  await walk(name, { ...flags, ...reach, patient: true }, context, (session, terminal) =>
    plan(
      { name, file, naming, sets, sharedRoles, organisation, flags, signal: context.signal },
      session,
      terminal,
    ),
  );
}

/** What is asked, by file, flags and rules. */
interface Asked {
  readonly name: "plan" | "apply";
  readonly file: ClusterFile;
  readonly naming: { readonly prefix: string; readonly path?: string };
  readonly sets: SetTerms;
  readonly sharedRoles: readonly FromOperator<RoleName>[];
  readonly organisation: Organisation | undefined;
  readonly flags: FileFlags;
  readonly signal: AbortSignal;
}

async function plan(
  { name, file, naming, sets, sharedRoles, organisation, flags, signal }: Asked,
  session: Session,
  terminal: Terminal,
): Promise<Planned> {
  const { accounts, notes: selection } = selectAccounts(file.accounts, flags);
  const problems = new Problems();
  const terms = {
    ...naming,
    ...(sets.set !== undefined && { set: sets.set }),
    adopt: flags.overrideExistingServiceaccounts === true,
    associate: file.withOidc || flags.associateOidc === true,
    addTrust: false,
    sharedRoles,
    reach: session.reach,
    allowDefaultAccount: flags.allowDefaultAccount === true,
    allowAdministrator: flags.allowAdministratorPolicy === true,
  };
  const asks = accounts.map((account) => desiredOf(account, session.cluster, terms, problems));
  problems.throwIfAny();
  const { desires, refused } = ruled(asks, organisation);
  const iam = withListsOnce(session.aws.iam);
  const { kubernetes, observed } = await observe(desires, { ...session.aws, iam }, session, terminal);
  const keep = (row: AccountRow): boolean =>
    !(flags.leaveExisting === true && isTaken(row)) && (flags.onlyMissing !== true || isMissing(row));
  const pruned = await pruning(file, sets, { iam, kubernetes }, session, terminal);
  const all = withRefused(observed, refused);
  const fleet = planAccounts(all, { associate: terms.associate, keep, pruned: pruned.rows });
  stopWithoutProvider(fleet.rows);
  return {
    changes: fleet.changes,
    notes: [
      ...file.notes,
      ...selection,
      ...leftNotes(desires, fleet.rows, flags),
      ...pruned.notes,
      ...fleet.notes,
    ],
    kubernetes: kubernetes ?? pruned.kubernetes,
    manner: byAccount(fleet.rows),
    async end(outcome) {
      const proofs =
        flags.wait === true && outcome.state !== "planned" && kubernetes !== undefined
          ? await proveAccounts(
              fleet.rows,
              { kubernetes, sts: session.aws.sts, iam: session.aws.iam, cluster: session.cluster },
              terminal,
              signal,
            )
          : [];
      return fileEnding(name, fleet.rows, outcome, flags, proofs);
    },
  };
}

/** Without the provider nothing that the file asks for can work: that stops it, as it stops `create-sa`. */
function stopWithoutProvider(rows: readonly AccountRow[]): void {
  const row = rows.find((one) => one.state === "failed" && one.failure.code === "provider-missing");
  if (row?.state === "failed") throw row.failure;
}

/** The asks as the organisation has them, and those that go against its rules. */
function ruled(asks: readonly DesiredAccount[], organisation: Organisation | undefined) {
  const desires: DesiredAccount[] = [];
  const refused: Observation[] = [];
  for (const desired of asks) {
    try {
      desires.push(withinOrganisation(desired, organisation));
    } catch (error) {
      if (!isFailure(error)) throw error;
      refused.push({ desired, failure: error });
    }
  }
  return { desires, refused };
}

function withRefused(observed: ObservedFleet, refused: readonly Observation[]): ObservedFleet {
  return { ...observed, observations: [...observed.observations, ...refused] };
}

/** What is there and what is to be pruned are read off the same lists. */
function withListsOnce(iam: IamPort): IamPort {
  return {
    ...iam,
    listRoles: once(() => iam.listRoles()),
    listRolesInFull: once((also: Parameters<IamPort["listRolesInFull"]>[0]) => iam.listRolesInFull(also)),
  };
}

async function observe(
  desires: readonly DesiredAccount[],
  aws: AwsPort,
  session: Session,
  terminal: Terminal,
) {
  const { cluster } = session;
  const inCluster = desires.find(({ roleOnly }) => !roleOnly);
  const kubernetes = inCluster && (await session.kubernetes(inCluster.account));
  const reading = (done: number): string =>
    `reading IAM and the cluster: ${done} of ${counted(desires.length, "account")}`;
  const observed = await during(terminal, reading(0), (update) =>
    observeAccounts(desires, cluster, { aws, kubernetes }, (done) => update(reading(done))),
  );
  return { kubernetes, observed };
}

async function pruning(
  { accounts }: ClusterFile,
  { prune, set, most }: SetTerms,
  connected: { readonly iam: IamPort; readonly kubernetes: KubernetesPort | undefined },
  session: Session,
  terminal: Terminal,
) {
  const stay = accounts.map(({ account }) => account);
  const [first] = stay;
  if (!prune || set === undefined || first === undefined)
    return { rows: [], notes: [], kubernetes: undefined };
  const { iam } = connected;
  const kubernetes = connected.kubernetes ?? (await session.kubernetes(first));
  const planning = async () => {
    const rows = await planPrune({ set, stay, most, reach: session.reach }, session.cluster, {
      iam,
      kubernetes,
    });
    return { rows, notes: await prunedPods(rows, kubernetes), kubernetes };
  };
  return during(terminal, "reading what belongs to the set", planning());
}

/** An account of somebody else's, which eksctl leaves out. */
function isTaken(row: AccountRow): boolean {
  return row.state === "failed" && row.failure.code === "account-exists";
}

function leftNotes(
  desires: readonly DesiredAccount[],
  rows: readonly AccountRow[],
  flags: FileFlags,
): Note[] {
  const kept = new Set(rows.map(({ account }) => accountPath(account)));
  const left = desires.map(({ account }) => accountPath(account)).filter((path) => !kept.has(path));
  if (left.length === 0) return [];
  const shown = left.length > 10 ? [...left.slice(0, 10), `and ${left.length - 10} more`] : left;
  const why = flags.onlyMissing === true ? "there already" : "there already and not irsa's";
  return [{ level: "info", code: "left-existing", message: `left out, being ${why}: ${shown.join(", ")}` }];
}

/** What `--only-missing` looks at: accounts of which something must be made. */
function isMissing(row: AccountRow): boolean {
  return row.state === "failed" || changesOf(row).some(({ kind }) => /^create-(role|account)$/.test(kind));
}
