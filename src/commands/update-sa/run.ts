import { checkWithinOrganisation } from "../../config/within-organisation.ts";
import type { ClusterRef } from "../../model/arn.ts";
import { Problems } from "../../model/problems.ts";
import { accountPath } from "../../model/service-account-ref.ts";
import { checkArnsAgainst } from "../../service-account/arns.ts";
import { checkPermissionsAlone } from "../../service-account/guardrails.ts";
import {
  addedPolicies,
  observeUpdate,
  planUpdate,
  type DesiredUpdate,
} from "../../service-account/update.ts";
import { during } from "../../output/progress.ts";
import type { CommandContext } from "../command-context.ts";
import { loadKubernetesAhead, type Session } from "../session/session.ts";
import type { UpdateSaFlags } from "./update-sa.ts";
import { walk, type Planned } from "../walk/walk.ts";

/** The run of `update-sa`: observe, plan, show, apply, answer. */
export async function updateAccount(
  desired: DesiredUpdate,
  rolePrefix: string,
  flags: UpdateSaFlags,
  context: CommandContext,
): Promise<void> {
  checkWithinOrganisation(desired, await context.organization());
  const { inline, allowAdministrator } = desired;
  const document = inline !== undefined && "set" in inline ? { inline: inline.set } : {};
  checkPermissionsAlone({ policies: addedPolicies(desired), allowAdministrator, ...document });
  loadKubernetesAhead();
  await walk("update-sa", flags, context, (session, terminal) =>
    during(terminal, "reading IAM and the cluster", plan(desired, rolePrefix, session)),
  );
}

async function plan(desired: DesiredUpdate, rolePrefix: string, session: Session): Promise<Planned> {
  const { aws, cluster } = session;
  checkArns(desired, cluster);
  const kubernetes = await session.kubernetes(desired.account);
  const observed = await observeUpdate(desired, rolePrefix, cluster, { iam: aws.iam, kubernetes });
  const { changes, notes, role } = planUpdate(desired, observed, session.reach);
  const path = accountPath(desired.account);
  return {
    changes,
    notes,
    kubernetes,
    end: ({ state }) => ({
      result: { serviceAccount: path, role: role ?? null },
      lines:
        state === "done"
          ? ["", `  Changed: ${path}${role === undefined ? "" : `, ${role}`}`]
          : [`  Nothing to do. ${path} is so already.`],
    }),
  };
}

function checkArns(desired: DesiredUpdate, cluster: ClusterRef): void {
  const { boundary, policies: edit } = desired;
  const policies = edit.kind === "some" ? [...edit.add, ...edit.remove] : edit.policies;
  const bound = boundary !== undefined && "set" in boundary ? { boundary: boundary.set } : {};
  const problems = new Problems();
  const where = (what: string): string =>
    what === "boundary"
      ? "--permissions-boundary"
      : edit.kind === "some"
        ? "--add-policy-arn or --remove-policy-arn"
        : "--set-policy-arn";
  checkArnsAgainst(cluster, { role: { kind: "managed", policies, ...bound } }, where, problems);
  problems.throwIfAny();
}
