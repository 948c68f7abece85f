import type { RoleArn } from "../../model/arn.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { commandLine } from "../../output/command-text.ts";
import type { Piece } from "../../output/line.ts";
import type { DesiredServiceAccount } from "../../service-account/create/desired.ts";
import type { ProofReport } from "../shared/proof/prove-service-account.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";

/** The role that the ServiceAccount gets, and the target role of its association. */
interface GivenRoles {
  readonly role: RoleArn;
  readonly target: RoleArn | undefined;
}

/** The last lines of `create-sa`: what pods get now, and no more than was verified. */
export function endingOf(
  { state }: Outcome,
  { role, target }: GivenRoles,
  desired: DesiredServiceAccount,
  proof: ProofReport | null,
): Piece[] {
  const { name, namespace } = desired.serviceAccount;
  const blank = state === "done" ? [""] : [];
  const head = state === "done" ? "" : "Nothing to do. ";
  if (desired.roleOnly) return [...blank, `  ${head}Role: ${role}`];
  if (desired.podIdentity !== undefined) return [...blank, ...podIdentityEnding(head, role, target, desired)];
  const ready = proof?.state === "accepted" ? (state === "done" ? "Ready. " : "Nothing to do. ") : head;
  return [...blank, `  ${ready}Pods with serviceAccountName: ${name} in ${namespace} assume ${role}.`];
}

/** What new pods get, and what only `verify` can tell: nothing here shows that the agent or the target role give it. */
function podIdentityEnding(
  head: string,
  role: RoleArn,
  target: RoleArn | undefined,
  { serviceAccount, clusterFlags }: DesiredServiceAccount,
): Piece[] {
  const { name, namespace } = serviceAccount;
  const got = target === undefined ? role : `${target}, assumed with ${role},`;
  const open = target === undefined ? "" : "whether the first role can assume the target role, and ";
  return [
    `  ${head}New pods with serviceAccountName: ${name} in ${namespace} get ${got} by EKS Pod Identity.`,
    `  Not verified: ${open}whether the EKS Pod Identity Agent runs on their nodes. To verify:`,
    commandLine(["irsa", "verify", serviceAccountPath(serviceAccount), ...clusterFlags]),
  ];
}
