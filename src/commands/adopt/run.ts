import { counted } from "../../model/counted.ts";
import type { EksPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { Role } from "../../model/iam-objects.ts";
import { ROLE_ANNOTATION } from "../../model/kubernetes-objects.ts";
import { memoized } from "../../model/memoized.ts";
import type { Note } from "../../model/plan.ts";
import type { RoleName } from "../../model/role-name.ts";
import type { FromOperator } from "../../model/source.ts";
import {
  DEFAULT_SERVICE_ACCOUNT,
  serviceAccountPath,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import {
  adoptServiceAccounts,
  findEksctls,
  type EksctlServiceAccounts,
} from "../../service-account/adopt/many.ts";
import { planAdoption, type AdoptionPlan } from "../../service-account/adopt/plan.ts";
import {
  EKSCTL_ASSOCIATION_TAG,
  EKSCTL_SERVICE_ACCOUNT_TAG,
} from "../../service-account/role/eksctl-tags.ts";
import { observeAdoption, type DesiredAdoption } from "../../service-account/adopt/observe.ts";
import { fleetOf, type PlannedServiceAccount } from "../../service-account/fleet/plan.ts";
import type { CommandContext } from "../command-context.ts";
import { proveServiceAccount } from "../shared/proof/prove-service-account.ts";
import { proveServiceAccounts, toBeProved } from "../shared/proof/prove-service-accounts.ts";
import { loadKubernetesAhead, type Session } from "../shared/session/session.ts";
import { byServiceAccount } from "../shared/plan/by-service-account.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";
import { runPlanCommand, type Planned } from "../shared/plan/run-plan-command.ts";
import type { AdoptFlags } from "./flags.ts";
import { fleetReport, oneReport } from "./report.ts";

/** What is requested: these ServiceAccounts, or with `--all` every one created by eksctl. */
export interface Asked {
  readonly serviceAccounts: readonly ServiceAccountRef[];
  /** Of a single ServiceAccount. */
  readonly roleName?: FromOperator<RoleName>;
  readonly rolePrefix: string;
  readonly flags: AdoptFlags;
  readonly context: CommandContext;
}

/** The run of `adopt`: observe, plan, show, apply, prove, answer. */
export async function adoptThem(asked: Asked): Promise<void> {
  const { serviceAccounts, flags, context } = asked;
  const [only] = serviceAccounts;
  const isOne = flags.all !== true && serviceAccounts.length === 1 && only !== undefined;
  loadKubernetesAhead();
  const reach = { ...flags, adaptiveRetry: !isOne, stacks: flags.releaseStacks === true };
  await runPlanCommand(reach, context, (session, terminal) =>
    isOne ? prepareOne(only, asked, session, terminal) : prepareMany(asked, session, terminal),
  );
}

/** A single ServiceAccount: a reason against adopting it ends the run. */
async function prepareOne(
  serviceAccount: ServiceAccountRef,
  { roleName, rolePrefix, flags, context }: Asked,
  session: Session,
  terminal: Terminal,
): Promise<Planned> {
  const { aws, cluster } = session;
  const kubernetes = await session.kubernetes(serviceAccount);
  const sources = { iam: aws.iam, eks: aws.eks, kubernetes, cloudFormation: aws.cloudFormation };
  const desired = { ...desiredOf(serviceAccount, flags), ...(roleName !== undefined && { roleName }) };
  const observed = await during(
    terminal,
    "reading IAM and the cluster",
    observeAdoption(desired, rolePrefix, cluster, sources),
  );
  const plan = planAdoption(desired, observed);
  const claim = { serviceAccount, audience: plan.audience, role: plan.role };
  return {
    changes: plan.changes,
    notes: plan.notes,
    kubernetes,
    async report(outcome) {
      const isMade = outcome.state !== "planned" && flags.wait !== false;
      // Credentials by Pod Identity are given by the agent on a node.
      const proof =
        isMade && plan.way === "irsa"
          ? await proveServiceAccount(
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
      return oneReport(serviceAccount, plan, outcome, proof);
    },
  };
}

function desiredOf(serviceAccount: ServiceAccountRef, flags: AdoptFlags): DesiredAdoption {
  return {
    serviceAccount,
    releaseStack: flags.releaseStacks === true,
    restrictTrust: flags.restrictTrust === true,
    withoutSessionTags: flags.disableSessionTags === true,
  };
}

function isConditional({ notes }: AdoptionPlan): boolean {
  return notes.some(({ code }) => code === "trust-conditional");
}

/** Several ServiceAccounts: one that can't be adopted does not stop the others. */
async function prepareMany(asked: Asked, session: Session, terminal: Terminal): Promise<Planned> {
  const { flags, context } = asked;
  const kubernetes = await session.kubernetes(asked.serviceAccounts[0] ?? DEFAULT_SERVICE_ACCOUNT);
  const { rows, found } = await observeRows(asked, kubernetes, session, terminal);
  const { changes, notes } = fleetOf(rows);
  const ports = { ...session.aws, kubernetes, cluster: session.cluster };
  return {
    changes,
    notes: [...notes, ...foundNotes(found)],
    kubernetes,
    presenter: byServiceAccount(rows),
    async report(outcome: Outcome) {
      const isMade = outcome.state !== "planned" && flags.wait !== false;
      const proofs = isMade
        ? await proveServiceAccounts(toBeProved(rows), ports, terminal, context.signal)
        : [];
      return fleetReport(rows, outcome, proofs, flags.wait === true);
    },
  };
}

async function observeRows(
  { serviceAccounts, rolePrefix, flags }: Asked,
  kubernetes: KubernetesPort,
  session: Session,
  terminal: Terminal,
): Promise<{
  readonly rows: readonly PlannedServiceAccount[];
  readonly found: EksctlServiceAccounts | undefined;
}> {
  const { aws, cluster } = session;
  // The lists of all roles are read once for finding the ServiceAccounts and for looking at them.
  const listRoles = memoized(() => aws.iam.listRoles());
  const listRolesInFull = memoized((scope: Parameters<typeof aws.iam.listRolesInFull>[0]) =>
    aws.iam.listRolesInFull(scope),
  );
  const iam = { ...aws.iam, listRoles, listRolesInFull };
  const eks = flags.all === true ? allAssociations(aws.eks) : associationsOnce(aws.eks);
  const sources = { iam, eks, kubernetes, cloudFormation: aws.cloudFormation };
  return during(terminal, "reading IAM and the cluster", async (update) => {
    const found = flags.all === true ? await findEksctls(cluster, sources) : undefined;
    const desires = (found?.serviceAccounts ?? serviceAccounts).map((one) => desiredOf(one, flags));
    const rows = await adoptServiceAccounts(desires, rolePrefix, cluster, sources, (done) =>
      update(`reading IAM and the cluster: ${done} of ${counted(desires.length, "ServiceAccount")}`),
    );
    const unknown = (found?.unknown ?? []).map((one) => ({ ...one, state: "failed" }) as const);
    return { rows: [...rows, ...unknown], found };
  });
}

type Eks = Pick<EksPort, "describePodIdentities">;

/** The associations of a whole cluster are read once, for the ServiceAccounts that share a role. */
function associationsOnce(eks: Eks): Eks {
  const all = memoized((cluster: string) => eks.describePodIdentities(cluster, undefined));
  return {
    describePodIdentities: (cluster, serviceAccount) =>
      serviceAccount === undefined ? all(cluster) : eks.describePodIdentities(cluster, serviceAccount),
  };
}

/** Every answer comes from one read of the whole cluster. */
function allAssociations(eks: Eks): Eks {
  const once = associationsOnce(eks);
  return {
    async describePodIdentities(cluster, asked) {
      const all = await once.describePodIdentities(cluster, undefined);
      if (asked === undefined) return all;
      const path = serviceAccountPath(asked);
      return all.filter(({ serviceAccount }) => serviceAccountPath(serviceAccount) === path);
    },
  };
}

/** What `--all` has found and leaves. */
function foundNotes(found: EksctlServiceAccounts | undefined): Note[] {
  if (found === undefined) return [];
  const { unused, addonOwned } = found;
  return [...unused.map(unusedNote), ...addonOwned.map(addonNote)];
}

function addonNote(serviceAccount: ServiceAccountRef): Note {
  const message = `not adopted: the Pod Identity association of ${serviceAccountPath(serviceAccount)}, which is managed by an EKS add-on`;
  return { level: "info", code: "association-owned", message };
}

/** eksctl leaves it with `roleOnly`, or its ServiceAccount was deleted: adopt looks only at annotations. */
function unusedNote({ arn, name, tags }: Role): Note {
  const byAssociation = tags[EKSCTL_ASSOCIATION_TAG];
  const serviceAccount = tags[EKSCTL_SERVICE_ACCOUNT_TAG] ?? "";
  if (byAssociation !== undefined) {
    const message = `not adopted: role '${name}' created by eksctl for ${byAssociation}: no Pod Identity association has it (${arn})`;
    return { level: "warning", code: "role-unused", message };
  }
  const message = `not adopted: role '${name}' created by eksctl for ${serviceAccount}: no ServiceAccount is annotated with it (${ROLE_ANNOTATION}=${arn})`;
  return { level: "warning", code: "role-unused", message };
}
