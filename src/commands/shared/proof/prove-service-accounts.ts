import type { StsPort } from "../../../aws/port.ts";
import type { KubernetesPort } from "../../../kubernetes/port.ts";
import { mapConcurrent } from "../../../model/map-concurrent.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../../model/service-account-ref.ts";
import { progressOn } from "../../../output/progress.ts";
import type { Terminal } from "../../../output/terminal.ts";
import type { PlannedServiceAccount } from "../../../service-account/fleet/plan.ts";
import { prove, type Proof } from "../../../verification/proof.ts";
import { trustLook, type TrustSources } from "./trust-check.ts";

/** How one of many proofs ended. */
export interface ServiceAccountProof {
  readonly serviceAccount: ServiceAccountRef;
  readonly accepted: boolean;
  readonly proof: Proof;
}

const AT_ONCE = 4;
const PATIENCE_MS = 120_000;

/** Verifies that STS accepts the tokens of the changed ServiceAccounts, and reports each that is refused. */
export async function proveServiceAccounts(
  rows: readonly PlannedServiceAccount[],
  ports: TrustSources & { readonly kubernetes: KubernetesPort; readonly sts: StsPort },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<readonly ServiceAccountProof[]> {
  const changed = rows.flatMap((row) => (isToBeProved(row) ? [row] : []));
  const progress = progressOn(terminal);
  let done = 0;
  try {
    return await mapConcurrent(changed, AT_ONCE, async ({ serviceAccount, plan: { role, audience } }) => {
      progress.begin(`waiting until STS accepts the tokens: ${done} of ${changed.length}`);
      const claim = { serviceAccount, audience, role };
      const isTrusted = trustLook(claim, ports);
      const proof = await prove(claim, ports, { patienceMs: PATIENCE_MS, signal, isTrusted });
      done += 1;
      const accepted = proof.state === "accepted";
      if (!accepted) progress.fail(`${serviceAccountPath(serviceAccount)}: ${reasonOf(proof)}`);
      else if (done === changed.length) progress.succeed(accepting(done));
      return { serviceAccount, accepted, proof };
    });
  } finally {
    progress.stop();
  }
}

function accepting(serviceAccounts: number): string {
  return serviceAccounts === 1
    ? "STS accepts its token"
    : `STS accepts the tokens of ${serviceAccounts} ServiceAccounts`;
}

type Proved = Extract<PlannedServiceAccount, { state: "planned" | "adopted" }>;

function isToBeProved(row: PlannedServiceAccount): row is Proved {
  if (row.state !== "planned" && row.state !== "adopted") return false;
  // Credentials by Pod Identity are given by the agent on a node.
  if (row.plan.way !== "irsa") return false;
  return row.plan.changes.length > 0 && !(row.state === "planned" && row.desired.roleOnly);
}

function reasonOf(proof: Proof): string {
  switch (proof.state) {
    case "accepted":
      return "";
    case "refused":
      return proof.trust === "lost"
        ? "the trust policy of its role no longer allows it: it was changed in the meantime"
        : `STS says ${proof.code}: ${proof.message}`;
    case "not-permitted":
      return `not verified: ${proof.reason}`;
  }
}
