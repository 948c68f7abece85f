import { counted } from "../../model/counted.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { Role } from "../../model/iam-objects.ts";
import { ROLE_ANNOTATION } from "../../model/kubernetes-objects.ts";
import { once } from "../../model/once.ts";
import type { Note } from "../../model/plan.ts";
import { DEFAULT_ACCOUNT, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { adoptAccounts, findEksctls } from "../../service-account/adopt-many.ts";
import { planAdoption, type AdoptionPlan } from "../../service-account/adoption.ts";
import { EKSCTL_ACCOUNT_TAG } from "../../service-account/eksctl-tags.ts";
import { observeAdoption } from "../../service-account/observe-adoption.ts";
import { fleetOf, type AccountRow } from "../../service-account/plan-many.ts";
import type { CommandContext } from "../command-context.ts";
import { proveAccount } from "../proof/prove-account.ts";
import { proveAccounts } from "../proof/prove-accounts.ts";
import { loadKubernetesAhead, type Session } from "../session/session.ts";
import { byAccount } from "../walk/by-account.ts";
import type { Outcome } from "../walk/carry-out.ts";
import { walk, type Planned } from "../walk/walk.ts";
import type { AdoptFlags } from "./adopt.ts";
import { fleetEnding, oneEnding } from "./end.ts";

/** What is asked: these accounts, or with `--all` every one of eksctl's. */
export interface Asked {
  readonly accounts: readonly ServiceAccountRef[];
  readonly rolePrefix: string;
  readonly flags: AdoptFlags;
  readonly context: CommandContext;
}

/** The run of `adopt`: observe, plan, show, apply, prove, answer. */
export async function adoptThem(asked: Asked): Promise<void> {
  const { accounts, flags, context } = asked;
  const [only] = accounts;
  const isOne = flags.all !== true && accounts.length === 1 && only !== undefined;
  loadKubernetesAhead();
  const reach = { ...flags, patient: !isOne, stacks: flags.releaseStacks === true };
  await walk("adopt", reach, context, (session, terminal) =>
    isOne ? planOne(only, asked, session, terminal) : planMany(asked, session, terminal),
  );
}

/** One account that is named: a reason against it ends the run. */
async function planOne(
  account: ServiceAccountRef,
  { rolePrefix, flags, context }: Asked,
  session: Session,
  terminal: Terminal,
): Promise<Planned> {
  const { aws, cluster } = session;
  const kubernetes = await session.kubernetes(account);
  const sources = { iam: aws.iam, kubernetes, cloudFormation: aws.cloudFormation };
  const desired = { account, releaseStack: flags.releaseStacks === true };
  const observed = await during(
    terminal,
    "reading IAM and the cluster",
    observeAdoption(desired, rolePrefix, cluster, sources),
  );
  const plan = planAdoption(desired, observed);
  const claim = { account, audience: plan.audience, role: plan.role };
  return {
    changes: plan.changes,
    notes: plan.notes,
    kubernetes,
    async end(outcome) {
      const isMade = outcome.state !== "planned" && flags.wait !== false;
      const proof = isMade
        ? await proveAccount(
            claim,
            { kubernetes, sts: aws.sts, iam: aws.iam, cluster },
            {
              patienceMs: flags.waitTimeout,
              demanded: flags.wait === true,
              conditional: isConditional(plan),
              terminal,
              signal: context.signal,
            },
          )
        : null;
      return oneEnding(account, plan, outcome, proof);
    },
  };
}

function isConditional({ notes }: AdoptionPlan): boolean {
  return notes.some(({ code }) => code === "trust-conditional");
}

/** Several accounts: one that can't be taken over does not stop the others. */
async function planMany(asked: Asked, session: Session, terminal: Terminal): Promise<Planned> {
  const { flags, context } = asked;
  const kubernetes = await session.kubernetes(asked.accounts[0] ?? DEFAULT_ACCOUNT);
  const { rows, unused } = await observeRows(asked, kubernetes, session, terminal);
  const { changes, notes } = fleetOf(rows);
  const ports = { kubernetes, sts: session.aws.sts, iam: session.aws.iam, cluster: session.cluster };
  return {
    changes,
    notes: [...notes, ...unused.map(unusedNote)],
    kubernetes,
    manner: byAccount(rows),
    async end(outcome: Outcome) {
      const isMade = outcome.state !== "planned" && flags.wait !== false;
      const proofs = isMade ? await proveAccounts(rows, ports, terminal, context.signal) : [];
      return fleetEnding(rows, outcome, proofs, flags.wait === true);
    },
  };
}

async function observeRows(
  { accounts, rolePrefix, flags }: Asked,
  kubernetes: KubernetesPort,
  session: Session,
  terminal: Terminal,
): Promise<{ readonly rows: readonly AccountRow[]; readonly unused: readonly Role[] }> {
  const { aws, cluster } = session;
  // The lists of all roles are read once for finding the accounts and for looking at them.
  const listRoles = once(() => aws.iam.listRoles());
  const listRolesInFull = once((scope: Parameters<typeof aws.iam.listRolesInFull>[0]) =>
    aws.iam.listRolesInFull(scope),
  );
  const iam = { ...aws.iam, listRoles, listRolesInFull };
  const sources = { iam, kubernetes, cloudFormation: aws.cloudFormation };
  return during(terminal, "reading IAM and the cluster", async (update) => {
    const found =
      flags.all === true ? await findEksctls(cluster, sources) : { accounts, unknown: [], unused: [] };
    const desires = found.accounts.map((account) => ({
      account,
      releaseStack: flags.releaseStacks === true,
    }));
    const rows = await adoptAccounts(desires, rolePrefix, cluster, sources, (done) =>
      update(`reading IAM and the cluster: ${done} of ${counted(desires.length, "account")}`),
    );
    const unknown = found.unknown.map((one) => ({ ...one, state: "failed" }) as const);
    return { rows: [...rows, ...unknown], unused: found.unused };
  });
}

/** As eksctl leaves it with `roleOnly`, or where its ServiceAccount was deleted: adopt goes by the annotation. */
function unusedNote({ arn, name, tags }: Role): Note {
  const account = tags[EKSCTL_ACCOUNT_TAG] ?? "";
  const message = `not taken over: the role '${name}' that eksctl made for ${account}, since no ServiceAccount is annotated with it (${ROLE_ANNOTATION}=${arn})`;
  return { level: "warning", code: "role-unused", message };
}
