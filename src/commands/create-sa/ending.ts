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
  roles: GivenRoles,
  desired: DesiredServiceAccount,
  proof: ProofReport | null,
): Piece[] {
  const { name, namespace } = desired.serviceAccount;
  const blank = state === "done" ? [""] : [];
  const head = state === "done" ? "" : "Nothing to do. ";
  if (desired.roleOnly) return [...blank, `  ${head}Role: ${roles.role}`];
  if (desired.podIdentity !== undefined) return [...blank, ...podIdentityEnding(head, roles, desired, proof)];
  const ready = proof?.state === "accepted" ? (state === "done" ? "Ready. " : "Nothing to do. ") : head;
  return [...blank, `  ${ready}Pods with serviceAccountName: ${name} in ${namespace} assume ${roles.role}.`];
}

/** What new pods get, what of it was verified, and what only `verify` or the nodes can tell. */
function podIdentityEnding(
  head: string,
  { role, target }: GivenRoles,
  { serviceAccount, clusterFlags }: DesiredServiceAccount,
  proof: ProofReport | null,
): Piece[] {
  const { name, namespace } = serviceAccount;
  const got = target === undefined ? role : `${target}, assumed with ${role},`;
  const { verified, open, when } = knownBy(proof, target);
  const left = `whether the EKS Pod Identity Agent runs on their nodes`;
  return [
    `  ${head}New pods with serviceAccountName: ${name} in ${namespace} get ${got} by EKS Pod Identity.`,
    ...verified.map((what) => `  Verified: ${what}.`),
    `  Not verified: ${[...open, left].join(", and ")}. To verify${when}:`,
    commandLine(["irsa", "verify", serviceAccountPath(serviceAccount), ...clusterFlags]),
  ];
}

interface Evidence {
  readonly verified: readonly string[];
  readonly open: readonly string[];
  readonly when: string;
}

/** How far the proof went. EKS accepts only tokens that are bound to a pod, so that without one injection is all there is. */
function knownBy(proof: ProofReport | null, target: RoleArn | undefined): Evidence {
  if (proof?.state === "accepted")
    return { verified: ["EKS gives the role for a pod's token"], open: [], when: "" };
  const ofTarget = target === undefined ? "" : " (the first role must be able to assume the target role)";
  const exchange = `whether EKS gives them the role${ofTarget}`;
  if (proof?.state !== "no-pod") return { verified: [], open: [exchange], when: "" };
  const { injected } = proof;
  const isInjected = injected.state === "known" && injected.value;
  return {
    verified: isInjected ? ["new pods are injected (dry run)"] : [],
    open: [`${exchange}, since EKS accepts only tokens of running pods`],
    when: " once a pod runs",
  };
}
