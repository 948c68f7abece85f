import { accountPath } from "../../model/service-account-ref.ts";
import {
  observeRemoval,
  planRemoval,
  type DesiredRemoval,
  type Fate,
  type RemovalPlan,
} from "../../service-account/removal.ts";
import { during } from "../../output/progress.ts";
import type { Outcome } from "../walk/carry-out.ts";
import type { CommandContext } from "../command-context.ts";
import type { DeleteSaFlags } from "./delete-sa.ts";
import { losingPods, podsOf } from "../losing-pods.ts";
import { walk, type Planned } from "../walk/walk.ts";
import { loadKubernetesAhead, type Session } from "../session/session.ts";

/** The run of `delete-sa`: observe, plan, show, apply, answer. */
export async function deleteAccount(
  desired: DesiredRemoval,
  rolePrefix: string,
  flags: DeleteSaFlags,
  context: CommandContext,
): Promise<void> {
  loadKubernetesAhead();
  await walk("delete-sa", flags, context, (session, terminal) =>
    during(terminal, "reading IAM and the cluster", plan(desired, rolePrefix, session)),
  );
}

async function plan(desired: DesiredRemoval, rolePrefix: string, session: Session): Promise<Planned> {
  const { aws, cluster } = session;
  const { account } = desired;
  const kubernetes = await session.kubernetes(account);
  const [observed, pods] = await Promise.all([
    observeRemoval(desired, rolePrefix, cluster, { iam: aws.iam, kubernetes }),
    podsOf(kubernetes, account),
  ]);
  const planned = planRemoval(desired, observed, session.reach);
  return {
    changes: planned.changes,
    notes: [...losingPods(pods, planned), ...planned.notes],
    kubernetes,
    end: (outcome) => ({
      result: {
        serviceAccount: accountPath(account),
        accountFate: planned.accountFate,
        role: planned.role.arn ?? null,
        roleFate: planned.role.fate,
      },
      lines: ending(outcome, planned, accountPath(account)),
    }),
  };
}

function ending({ state }: Outcome, { role, accountFate }: RemovalPlan, path: string): string[] {
  if (state === "done") return ["", `  ${sentences(path, role.arn, accountFate, role.fate)}`];
  const account =
    accountFate === "absent"
      ? `There is no ServiceAccount ${path}`
      : `The ServiceAccount ${path} is not irsa's`;
  return [
    `  Nothing to do. ${account}${role.arn === undefined ? ", and there is no role of irsa's for it" : ""}.`,
  ];
}

function sentences(path: string, arn: string | undefined, account: Fate, role: Fate): string {
  const words: Readonly<Record<Fate, string>> = {
    deleted: "is gone",
    released: "stays, and is no longer irsa's",
    kept: "stays",
    absent: "was not there",
  };
  const ofRole = arn === undefined ? "" : ` The role ${arn} ${words[role]}.`;
  return `The ServiceAccount ${path} ${words[account]}.${ofRole}`;
}
