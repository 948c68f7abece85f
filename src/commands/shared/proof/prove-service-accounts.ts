import type { StsPort } from "../../../aws/port.ts";
import { mapConcurrent } from "../../../model/map-concurrent.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../../model/service-account-ref.ts";
import { progressOn } from "../../../output/progress.ts";
import type { Terminal } from "../../../output/terminal.ts";
import type { PlannedServiceAccount } from "../../../service-account/fleet/plan.ts";
import type { AssociationProof } from "../../../verification/association-proof.ts";
import { prove } from "../../../verification/proof.ts";
import type { WayName } from "../../../model/way.ts";
import type { Known } from "../../../model/known.ts";
import { NO_POD } from "./prove-association.ts";
import { trustLook } from "./trust-check.ts";
import { tryAssociation, type AssociationSources } from "./try-association.ts";

/** How one of many proofs ended. */
export interface ServiceAccountProof {
  readonly serviceAccount: ServiceAccountRef;
  readonly accepted: boolean;
  readonly proof: AssociationProof;
}

const AT_ONCE = 4;
const PATIENCE_MS = 120_000;

/** The ServiceAccounts that are changed so that their pods get roles. */
export function toBeProved(rows: readonly PlannedServiceAccount[]): readonly ProvedServiceAccount[] {
  return rows.flatMap((row) => (isToBeProved(row) ? [row] : []));
}

/** Verifies that STS, or EKS, accepts the tokens of changed ServiceAccounts, and reports each that is refused. */
export async function proveServiceAccounts(
  changed: readonly ProvedServiceAccount[],
  ports: AssociationSources & { readonly sts: StsPort },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<readonly ServiceAccountProof[]> {
  const who = askedIn(changed);
  const progress = progressOn(terminal);
  let done = 0;
  try {
    const proofs = await mapConcurrent(changed, AT_ONCE, async (row): Promise<ServiceAccountProof> => {
      progress.begin(`waiting until ${who} the tokens: ${done} of ${changed.length}`);
      const { serviceAccount } = row;
      const proof = await proofOf(row, ports, signal);
      done += 1;
      const accepted = proof.state === "accepted";
      if (!accepted) progress.fail(`${serviceAccountPath(serviceAccount)}: ${reasonOf(proof, row.plan.way)}`);
      return { serviceAccount, accepted, proof };
    });
    const accepted = proofs.filter((one) => one.accepted).length;
    if (accepted > 0) progress.succeed(accepting(who, accepted));
    return proofs;
  } finally {
    progress.stop();
  }
}

function proofOf(
  { serviceAccount, plan, ...row }: ProvedServiceAccount,
  ports: AssociationSources & { readonly sts: StsPort },
  signal: AbortSignal,
): Promise<AssociationProof> {
  const options = { patienceMs: PATIENCE_MS, signal };
  if (plan.way === "irsa") {
    const claim = { serviceAccount, audience: plan.audience, role: plan.role };
    return prove(claim, ports, { ...options, isTrusted: trustLook(claim, ports) });
  }
  const { withoutSessionTags = false } = (row.state === "planned" && row.desired.podIdentity) || {};
  const { role, targetRole } = plan;
  return tryAssociation({ serviceAccount, role, targetRole, withoutSessionTags }, ports, options);
}

/** Who accepts the tokens, by the ways of the ServiceAccounts. */
function askedIn(rows: readonly ProvedServiceAccount[]): string {
  const ways = new Set(rows.map(({ plan: { way } }) => way));
  if (ways.size > 1) return "STS and EKS accept";
  return ways.has("pod-identity") ? "EKS accepts" : "STS accepts";
}

function accepting(who: string, serviceAccounts: number): string {
  return serviceAccounts === 1
    ? `${who} its token`
    : `${who} the tokens of ${serviceAccounts} ServiceAccounts`;
}

/** A ServiceAccount of which there is something to prove. */
export type ProvedServiceAccount = Extract<PlannedServiceAccount, { state: "planned" | "adopted" }>;

function isToBeProved(row: PlannedServiceAccount): row is ProvedServiceAccount {
  if (row.state !== "planned" && row.state !== "adopted") return false;
  // Without its annotation a role gives nothing to pods; an association does, whoever creates the ServiceAccount.
  const isRoleAlone = row.plan.way === "irsa" && row.state === "planned" && row.desired.roleOnly;
  return row.plan.changes.length > 0 && !isRoleAlone;
}

function reasonOf(proof: AssociationProof, way: WayName): string {
  switch (proof.state) {
    case "accepted":
      return "";
    case "refused":
      return proof.trust === "lost"
        ? "the trust policy of its role no longer allows it: it was changed in the meantime"
        : `${way === "irsa" ? "STS" : "EKS"} says ${proof.code}: ${proof.message}`;
    case "other-role":
      return `EKS gives its pods another role: ${proof.assumedRoleArn}`;
    case "no-pod":
      return `not verified: ${NO_POD}${injectionOf(proof.injected)}`;
    case "not-permitted":
      return `not verified: ${proof.reason}`;
  }
}

function injectionOf(injected: Known<boolean>): string {
  if (injected.state === "unknown") return "";
  return injected.value
    ? "; new pods are injected (dry run)"
    : "; a dry-run pod was admitted without the agent's address and a token";
}
