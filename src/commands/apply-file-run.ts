import { desiredOf } from "../config/desired.ts";
import { readClusterFiles, type ClusterFile } from "../config/read-file.ts";
import type { Organisation } from "../config/organisation.ts";
import { selectAccounts } from "../config/select.ts";
import { withinOrganisation } from "../config/within-organisation.ts";
import { EXIT_CODES, isFailure } from "../model/failure.ts";
import { Problems } from "../model/problems.ts";
import { parseRolePath, parseRolePrefix } from "../model/role-name.ts";
import { during } from "../output/progress.ts";
import type { Terminal } from "../output/terminal.ts";
import type { DesiredAccount } from "../service-account/desired.ts";
import { observeAccounts, type Observation, type ObservedFleet } from "../service-account/observe-many.ts";
import { planAccounts, type AccountRow } from "../service-account/plan-many.ts";
import type { FileFlags } from "./apply-file.ts";
import { byAccount } from "./by-account.ts";
import type { Outcome } from "./carry-out.ts";
import { fileCluster } from "./file-cluster.ts";
import type { CommandContext } from "./command-context.ts";
import { readConfigFiles } from "./config-files.ts";
import { findOrganisation } from "./organisation-file.ts";
import { proveAccounts } from "./prove-accounts.ts";
import type { Session } from "./session.ts";
import { walk, type Ending, type Planned } from "./walk.ts";

/** The run of `plan` and `apply`: read the files, observe every account, plan, show, apply, answer. */
export async function runFile(
  name: "plan" | "apply",
  flags: FileFlags,
  context: CommandContext,
): Promise<void> {
  const problems = new Problems();
  const prefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix) ?? "";
  const path = problems.maybe("--role-path", flags.rolePath, parseRolePath);
  const file = readClusterFiles(await readConfigFiles(flags.filename, problems), problems);
  const reach = file && fileCluster(file, flags, problems);
  problems.throwIfAny();
  if (file === undefined || reach === undefined) throw new TypeError("unnoted problem");
  await walk(name, { ...flags, ...reach }, context, (session, terminal) =>
    plan(name, file, { prefix, ...(path !== undefined && { path }) }, flags, session, terminal, context),
  );
}

async function plan(
  name: "plan" | "apply",
  file: ClusterFile,
  naming: { readonly prefix: string; readonly path?: string },
  flags: FileFlags,
  session: Session,
  terminal: Terminal,
  context: CommandContext,
): Promise<Planned> {
  const { accounts, notes: selection } = selectAccounts(file.accounts, flags);
  const problems = new Problems();
  const terms = {
    ...naming,
    adopt: flags.overrideExistingServiceaccounts === true,
    associate: file.withOidc || flags.associateOidc === true,
    addTrust: false,
    reach: session.reach,
    allowDefaultAccount: flags.allowDefaultAccount === true,
    allowAdministrator: flags.allowAdministratorPolicy === true,
  };
  const asks = accounts.map((account) => desiredOf(account, session.cluster, terms, problems));
  problems.throwIfAny();
  const { desires, refused } = ruled(asks, await findOrganisation());
  const { kubernetes, observed } = await observe(desires, session, terminal);
  const keep = flags.onlyMissing === true ? isMissing : () => true;
  const fleet = planAccounts(withRefused(observed, refused), { associate: terms.associate, keep });
  return {
    changes: fleet.changes,
    notes: [...file.notes, ...selection, ...fleet.notes],
    kubernetes,
    manner: byAccount(fleet.rows),
    async end(outcome) {
      const proofs =
        flags.wait === true && outcome.state !== "planned" && kubernetes !== undefined
          ? await proveAccounts(fleet.rows, { kubernetes, sts: session.aws.sts }, terminal, context.signal)
          : [];
      return ending(name, fleet.rows, outcome, flags, proofs);
    },
  };
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

async function observe(desires: readonly DesiredAccount[], session: Session, terminal: Terminal) {
  const { aws, cluster } = session;
  const inCluster = desires.find(({ roleOnly }) => !roleOnly);
  const kubernetes = inCluster && (await session.kubernetes(inCluster.account));
  const reading = (done: number): string =>
    `reading IAM and the cluster: ${done} of ${desires.length} accounts`;
  const observed = await during(terminal, reading(0), (update) =>
    observeAccounts(desires, cluster, { aws, kubernetes }, (done) => update(reading(done))),
  );
  return { kubernetes, observed };
}

/** What `--only-missing` looks at: accounts of which something must be made. */
function isMissing(row: AccountRow): boolean {
  return row.state === "failed" || row.plan.changes.some(({ kind }) => /^create-(role|account)$/.test(kind));
}

type Proofs = Awaited<ReturnType<typeof proveAccounts>>;

function ending(
  name: string,
  rows: readonly AccountRow[],
  { state }: Outcome,
  flags: FileFlags,
  proofs: Proofs,
): Ending {
  const failed = rows.filter((row) => row.state === "failed");
  const unproved = proofs.filter(({ accepted }) => !accepted);
  const drift = rows.some((row) => row.state === "planned" && isDrift(row));
  const open = failed.length + unproved.length;
  const [first] = failed;
  const code =
    open > 0
      ? EXIT_CODES[first?.failure.kind ?? "failed"]
      : flags.detectDrift === true && drift
        ? EXIT_CODES.findings
        : undefined;
  const well = `${state === "done" ? "" : "Nothing to do. "}${wellOf(rows.length)}`;
  const bad = `${rows.length - open} of ${rows.length} accounts are as the file says; ${failed.length} could not be planned${unproved.length > 0 ? `, ${unproved.length} not proved` : ""}.`;
  const apply = ["irsa", "apply", ...flags.filename.flatMap((file) => ["-f", file]), "--approve"].join(" ");
  return {
    result: { accounts: rows.map((row) => jsonOf(row, proofs)) },
    lines: [...(state === "done" ? [""] : []), `  ${open > 0 ? bad : well}`],
    ...(name === "plan" && {
      plannedLines: ["  Nothing has been changed. To do it:", `      ${apply}`],
    }),
    ...(code !== undefined && { exitCode: code }),
  };
}

function wellOf(count: number): string {
  if (count === 0) return "No account is asked for.";
  return count === 1 ? "The account is as the file says." : `All ${count} accounts are as the file says.`;
}

/** Something is to be done, or is attached that the file does not name. */
function isDrift({ plan }: Extract<AccountRow, { state: "planned" }>): boolean {
  return plan.changes.length > 0 || plan.notes.some(({ code }) => code === "attached-beyond");
}

function jsonOf(row: AccountRow, proofs: Proofs): object {
  const serviceAccount = `${row.account.namespace}/${row.account.name}`;
  if (row.state === "failed") {
    const { code, message, detail } = row.failure;
    return { serviceAccount, state: "failed", error: { code, message, hint: detail.advice ?? "" } };
  }
  const proof = proofs.find(({ account }) => account === row.account);
  return {
    serviceAccount,
    state: row.plan.changes.length === 0 ? "in-sync" : "differs",
    role: row.plan.role,
    audience: row.plan.audience,
    ...(proof !== undefined && { proof: proof.proof }),
  };
}
