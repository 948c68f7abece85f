import { serviceAccountPath } from "../../model/service-account-ref.ts";
import {
  observeRemoval,
  planRemoval,
  type DesiredRemoval,
  type Fate,
  type RemovalPlan,
} from "../../service-account/delete/plan.ts";
import { during } from "../../output/progress.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";
import type { CommandContext } from "../command-context.ts";
import type { DeleteSaFlags } from "./command.ts";
import { losingPods, podsOf } from "../shared/losing-pods.ts";
import { runPlanCommand, type Planned } from "../shared/plan/run-plan-command.ts";
import { loadKubernetesAhead, type Session } from "../shared/session/session.ts";

/** The run of `delete-sa`: observe, plan, show, apply, answer. */
export async function deleteServiceAccount(
  desired: DesiredRemoval,
  rolePrefix: string,
  flags: DeleteSaFlags,
  context: CommandContext,
): Promise<void> {
  loadKubernetesAhead();
  await runPlanCommand("delete-sa", flags, context, (session, terminal) =>
    during(terminal, "reading IAM and the cluster", plan(desired, rolePrefix, session)),
  );
}

async function plan(desired: DesiredRemoval, rolePrefix: string, session: Session): Promise<Planned> {
  const { aws, cluster } = session;
  const { serviceAccount } = desired;
  const kubernetes = await session.kubernetes(serviceAccount);
  const [observed, pods] = await Promise.all([
    observeRemoval(desired, rolePrefix, cluster, { iam: aws.iam, kubernetes }),
    podsOf(kubernetes, serviceAccount),
  ]);
  const planned = planRemoval(desired, observed, session.clusterFlags);
  return {
    changes: planned.changes,
    notes: [...losingPods(pods, planned), ...planned.notes],
    kubernetes,
    report: (outcome) => ({
      result: {
        serviceAccount: serviceAccountPath(serviceAccount),
        serviceAccountFate: planned.serviceAccountFate,
        role: planned.role.arn ?? null,
        roleFate: planned.role.fate,
      },
      lines: ending(outcome, planned, serviceAccountPath(serviceAccount)),
    }),
  };
}

function ending({ state }: Outcome, { role, serviceAccountFate }: RemovalPlan, path: string): string[] {
  if (state === "done") return ["", `  ${sentences(path, role.arn, serviceAccountFate, role.fate)}`];
  const serviceAccount =
    serviceAccountFate === "absent"
      ? `There is no ServiceAccount ${path}`
      : `The ServiceAccount ${path} is not irsa's`;
  return [
    `  Nothing to do. ${serviceAccount}${role.arn === undefined ? ", and there is no role of irsa's for it" : ""}.`,
  ];
}

function sentences(path: string, arn: string | undefined, serviceAccount: Fate, role: Fate): string {
  const words: Readonly<Record<Fate, string>> = {
    deleted: "is gone",
    released: "stays, and is no longer irsa's",
    kept: "stays",
    absent: "was not there",
  };
  const ofRole = arn === undefined ? "" : ` The role ${arn} ${words[role]}.`;
  return `The ServiceAccount ${path} ${words[serviceAccount]}.${ofRole}`;
}
