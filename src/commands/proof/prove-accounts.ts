import type { StsPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { eachOf } from "../../model/each-of.ts";
import { accountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { progressOn } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { AccountRow } from "../../service-account/plan-many.ts";
import { prove, type Proof } from "../../verification/proof.ts";
import { trustLook, type TrustSources } from "./trust-look.ts";

/** How one of many proofs ended. */
export interface AccountProof {
  readonly account: ServiceAccountRef;
  readonly accepted: boolean;
  readonly proof: Proof;
}

const AT_ONCE = 4;
const PATIENCE_MS = 120_000;

/** Proves that STS accepts the tokens of the accounts that were changed; each that is refused is said. */
export async function proveAccounts(
  rows: readonly AccountRow[],
  ports: TrustSources & { readonly kubernetes: KubernetesPort; readonly sts: StsPort },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<readonly AccountProof[]> {
  const changed = rows.flatMap((row) => (isToBeProved(row) ? [row] : []));
  const progress = progressOn(terminal);
  let done = 0;
  try {
    return await eachOf(changed, AT_ONCE, async ({ account, plan: { role, audience } }) => {
      progress.begin(`waiting until STS accepts the tokens: ${done} of ${changed.length}`);
      const claim = { account, audience, role };
      const isTrusted = trustLook(claim, ports);
      const proof = await prove(claim, ports, { patienceMs: PATIENCE_MS, signal, isTrusted });
      done += 1;
      const accepted = proof.state === "accepted";
      if (!accepted) progress.fail(`${accountPath(account)}: ${reasonOf(proof)}`);
      else if (done === changed.length) progress.succeed(accepting(done));
      return { account, accepted, proof };
    });
  } finally {
    progress.stop();
  }
}

function accepting(accounts: number): string {
  return accounts === 1 ? "STS accepts its token" : `STS accepts the tokens of ${accounts} accounts`;
}

type Proved = Extract<AccountRow, { state: "planned" | "adopted" }>;

function isToBeProved(row: AccountRow): row is Proved {
  if (row.state !== "planned" && row.state !== "adopted") return false;
  return row.plan.changes.length > 0 && !(row.state === "planned" && row.desired.roleOnly);
}

function reasonOf(proof: Proof): string {
  switch (proof.state) {
    case "accepted":
      return "";
    case "refused":
      return proof.trust === "lost"
        ? "the trust policy of its role no longer allows it: someone else has changed it meanwhile"
        : `STS says ${proof.code}: ${proof.message}`;
    case "not-permitted":
      return `not tried: ${proof.reason}`;
  }
}
