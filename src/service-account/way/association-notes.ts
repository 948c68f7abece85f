import { keptFor } from "../../model/association-age.ts";
import type { CommandWords } from "../../model/command-words.ts";
import type { Note } from "../../model/plan.ts";
import type { AskedAssociation } from "../../model/pod-identity-change.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";

/** The guardrails judge the roles that irsa keeps; another target role is often in an AWS account where nothing can be read. */
export function targetNotes(
  targetRole: AskedAssociation["targetRole"],
  { allowAdministrator, target }: Pick<DesiredServiceAccount, "allowAdministrator" | "target">,
): readonly Note[] {
  if (targetRole === undefined || allowAdministrator || target !== undefined) return [];
  const message = `pods get the permissions of target role ${targetRole}; whether they include administrator access is not checked`;
  return [{ level: "warning", code: "target-role-unchecked", message }];
}

/**
 * A changed association reaches running pods late: the agent keeps what it has given them.
 * @param clusterFlags the flags that select the cluster
 */
export function cachedNotes(
  { namespace }: ServiceAccountRef,
  before: Pick<PodIdentityAssociation, "targetRoleArn">,
  clusterFlags: readonly string[],
): readonly Note[] {
  const message = `running pods may keep their credentials for up to ${keptFor(before)} after the change; to restart them then:`;
  const command: CommandWords = ["irsa", "stale-pods", ...clusterFlags, "-n", namespace, "--restart"];
  return [{ level: "info", code: "credentials-cached", message, command }];
}
