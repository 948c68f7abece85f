import { kubectlWords } from "../../model/cluster-flags.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { DesiredRemoval, Fate } from "../../service-account/delete/desired.ts";
import { observeRemoval, planRemoval, type RemovalPlan } from "../../service-account/delete/plan.ts";
import { commandLine } from "../../output/command-text.ts";
import { serviceAccountJson } from "../../output/json-forms.ts";
import type { Piece } from "../../output/line.ts";
import { during } from "../../output/progress.ts";
import { fateState } from "../shared/plan/row-state.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";
import type { CommandContext } from "../command-context.ts";
import type { DeleteSaFlags } from "./flags.ts";
import { losingPods, podsOf } from "../shared/losing-pods.ts";
import { runPlanCommand, type Planned } from "../shared/plan/run-plan-command.ts";
import { homeOf, secondProfile, targetHomeOf } from "../shared/session/second-account.ts";
import { loadKubernetesAhead, type Session } from "../shared/session/session.ts";

/** The run of `delete-sa`: observe, plan, show, apply, answer. */
export async function deleteServiceAccount(
  desired: DesiredRemoval,
  rolePrefix: string,
  flags: DeleteSaFlags,
  context: CommandContext,
): Promise<void> {
  loadKubernetesAhead();
  await runPlanCommand(
    flags,
    context,
    (session, terminal) =>
      during(terminal, "reading IAM and the cluster", prepare(desired, rolePrefix, session, flags)),
    secondProfile(flags),
  );
}

async function prepare(
  desired: DesiredRemoval,
  rolePrefix: string,
  session: Session,
  flags: DeleteSaFlags,
): Promise<Planned> {
  const { iam, cluster } = homeOf(session, flags);
  const { eks } = session.aws;
  const target = targetHomeOf(session, flags);
  const { serviceAccount } = desired;
  const kubernetes = await session.kubernetes(serviceAccount);
  const [observed, pods] = await Promise.all([
    observeRemoval(desired, rolePrefix, cluster, { iam, eks, kubernetes, target }),
    podsOf(kubernetes, serviceAccount),
  ]);
  const planned = planRemoval(desired, observed, session.clusterFlags);
  return {
    changes: planned.changes,
    notes: [...losingPods(pods, planned), ...planned.notes],
    kubernetes,
    report: (outcome) => ({
      result: {
        serviceAccount: serviceAccountJson(serviceAccount),
        serviceAccountFate: fateState(planned.serviceAccountFate, outcome.state),
        role: planned.role.arn ?? null,
        roleFate: fateState(planned.role.fate, outcome.state),
        ...(planned.targetRole !== undefined && {
          targetRole: planned.targetRole.arn ?? null,
          targetRoleFate: fateState(planned.targetRole.fate, outcome.state),
        }),
      },
      lines: ending(outcome, planned, serviceAccount, session.clusterFlags),
    }),
  };
}

function ending(
  { state }: Outcome,
  { role, targetRole, serviceAccountFate, notes }: RemovalPlan,
  ref: ServiceAccountRef,
  clusterFlags: readonly string[],
): Piece[] {
  const path = serviceAccountPath(ref);
  if (state === "done") return ["", `  ${sentences(path, serviceAccountFate, role, targetRole)}`];
  const andRole = role.arn === undefined ? ", and irsa manages no role for it" : "";
  if (serviceAccountFate === "absent")
    return [`  Nothing to do. The ServiceAccount ${path} does not exist${andRole}.`];
  if (notes.some(({ code }) => KEPT_ALTHOUGH_MANAGED.has(code)))
    return [`  Nothing to do. The ServiceAccount ${path} is kept${andRole}.`];
  const { namespace, name } = ref;
  return [
    `  No changes made. The ServiceAccount ${path} exists and is not managed by irsa${andRole}.`,
    "  To delete it:",
    commandLine(kubectlWords(clusterFlags, "delete", "serviceaccount", name, "--namespace", namespace)),
  ];
}

/** Notes that say why a ServiceAccount of irsa's stays. */
const KEPT_ALTHOUGH_MANAGED: ReadonlySet<string> = new Set(["owned-elsewhere", "annotated-other"]);

function sentences(
  path: string,
  serviceAccount: Fate,
  role: RemovalPlan["role"],
  targetRole: RemovalPlan["targetRole"],
): string {
  const words: Readonly<Record<Fate, string>> = {
    deleted: "was deleted",
    released: "is kept, and no longer managed by irsa",
    kept: "is kept",
    absent: "does not exist",
  };
  const ofRole = (what: string, { arn, fate }: RemovalPlan["role"]): string =>
    arn === undefined ? "" : ` The ${what} ${arn} ${words[fate]}.`;
  const ofTarget = targetRole === undefined ? "" : ofRole("target role", targetRole);
  return `The ServiceAccount ${path} ${words[serviceAccount]}.${ofRole("role", role)}${ofTarget}`;
}
