import { checkWithinOrganization } from "../../config/within-organization.ts";
import type { ClusterRef } from "../../model/arn.ts";
import { Problems } from "../../model/problems.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { checkArnsAgainst } from "../../service-account/role/arns.ts";
import { checkPermissionsAlone } from "../../service-account/role/guardrails.ts";
import type { DesiredUpdate } from "../../service-account/update/desired.ts";
import { addedPolicies, observeUpdate, planUpdate } from "../../service-account/update/plan.ts";
import { serviceAccountJson } from "../../output/json-forms.ts";
import { during } from "../../output/progress.ts";
import type { CommandContext } from "../command-context.ts";
import { loadKubernetesAhead, type Session } from "../shared/session/session.ts";
import type { UpdateSaFlags } from "./flags.ts";
import { runPlanCommand, type Planned } from "../shared/plan/run-plan-command.ts";

/** The run of `update-sa`: observe, plan, show, apply, answer. */
export async function updateServiceAccount(
  desired: DesiredUpdate,
  rolePrefix: string,
  flags: UpdateSaFlags,
  context: CommandContext,
): Promise<void> {
  checkWithinOrganization(desired, await context.organization());
  const { inline, allowAdministrator } = desired;
  const document = inline !== undefined && "set" in inline ? { inline: inline.set } : {};
  checkPermissionsAlone({ policies: addedPolicies(desired), allowAdministrator, ...document });
  loadKubernetesAhead();
  await runPlanCommand(flags, context, (session, terminal) =>
    during(terminal, "reading IAM and the cluster", prepare(desired, rolePrefix, session)),
  );
}

async function prepare(desired: DesiredUpdate, rolePrefix: string, session: Session): Promise<Planned> {
  const { aws, cluster } = session;
  checkArns(desired, cluster);
  const kubernetes = await session.kubernetes(desired.serviceAccount);
  const observed = await observeUpdate(desired, rolePrefix, cluster, {
    iam: aws.iam,
    eks: aws.eks,
    kubernetes,
  });
  const { changes, notes, role } = planUpdate(desired, observed, session.clusterFlags);
  const path = serviceAccountPath(desired.serviceAccount);
  return {
    changes,
    notes,
    kubernetes,
    report: ({ state }) => ({
      result: { serviceAccount: serviceAccountJson(desired.serviceAccount), role: role ?? null },
      lines:
        state === "done"
          ? ["", `  Changed: ${path}${role === undefined ? "" : `, ${role}`}`]
          : [`  Nothing to do. ${path} is up to date.`],
    }),
  };
}

function checkArns(desired: DesiredUpdate, cluster: ClusterRef): void {
  const { boundary, policies: edit, association } = desired;
  const target = association?.targetRole;
  const podIdentity = target !== undefined && "set" in target ? { targetRole: target.set } : undefined;
  const policies = edit.kind === "some" ? [...edit.add, ...edit.remove] : edit.policies;
  const bound = boundary !== undefined && "set" in boundary ? { boundary: boundary.set } : {};
  const problems = new Problems();
  const where = (what: string): string =>
    what === "target"
      ? "--target-role-arn"
      : what === "boundary"
        ? "--permissions-boundary"
        : edit.kind === "some"
          ? "--add-policy-arn or --remove-policy-arn"
          : "--set-policy-arn";
  checkArnsAgainst(cluster, { role: { kind: "managed", policies, ...bound }, podIdentity }, where, problems);
  problems.throwIfAny();
}
