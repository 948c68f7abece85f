import { line } from "../../../output/line.ts";
import { Failure, type FailureDetail } from "../../../model/failure.ts";
import { serviceAccountPath } from "../../../model/service-account-ref.ts";
import { progressOn } from "../../../output/progress.ts";
import type { Terminal } from "../../../output/terminal.ts";
import type { AssociationProof } from "../../../verification/association-proof.ts";
import { prove, type Claim, type Proof } from "../../../verification/proof.ts";
import { trustLost } from "./trust-lost.ts";
import { trustLook, type TrustSources } from "./trust-check.ts";

type Ports = Parameters<typeof prove>[1] & TrustSources;

/** The proof as `-o json` tells it, and the exit code that it leads to. */
export type ProofReport = AssociationProof & { readonly exitCode: number };

/** How the proof is made and what its result means. */
export interface ProofTerms {
  readonly patienceMs: number;
  /** `--wait` was typed: not being permitted to prove it is a failure. */
  readonly demanded: boolean;
  /** The trust policy also asks what can't be known from here: a refusal proves nothing. */
  readonly conditional: boolean;
  /** What to do about a refusal, where the preconditions of the proof were not checked. */
  readonly remedy?: Pick<FailureDetail, "advice" | "command">;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Proves that the ServiceAccount's token is accepted, and says so.
 * @throws Failure `proof-refused` when STS keeps refusing, `interrupted` when nobody waits any longer
 */
export async function proveServiceAccount(
  claim: Claim,
  ports: Ports,
  terms: ProofTerms,
): Promise<ProofReport> {
  const { terminal, signal, patienceMs } = terms;
  const progress = progressOn(terminal);
  progress.begin("waiting until STS accepts its token");
  try {
    const proof = await prove(claim, ports, {
      patienceMs,
      signal,
      isTrusted: trustLook(claim, ports),
      onTry: (tries, answer) => {
        if (!answer.accepted)
          progress.update(`waiting until STS accepts its token (attempt ${tries}: ${answer.code})`);
      },
    });
    return report(proof, claim, terms, progress);
  } finally {
    progress.stop();
  }
}

function report(
  proof: Proof,
  claim: Claim,
  terms: ProofTerms,
  progress: ReturnType<typeof progressOn>,
): ProofReport {
  switch (proof.state) {
    case "accepted": {
      const spread = proof.tries > 1 ? `${proof.tries} attempts while IAM propagated` : undefined;
      progress.succeed("STS accepts its token", proof.milliseconds, spread);
      return { ...proof, exitCode: 0 };
    }
    case "not-permitted":
      progress.stop();
      terms.terminal.say(
        line`  ${terms.terminal.err.yellow("unproven")}  STS was not asked whether it accepts the token: ${proof.reason}`,
      );
      return { ...proof, exitCode: terms.demanded ? 1 : 0 };
    case "refused":
      if (proof.trust === "lost") throw trustLost(claim, ["STS says", proof.code]);
      if (terms.conditional && !terms.demanded) {
        progress.stop();
        terms.terminal.say(
          line`  ${terms.terminal.err.yellow("unproven")}  STS refuses a token from here (${proof.code}); the trust policy also has conditions that only the pod can meet`,
        );
        return { ...proof, exitCode: 0 };
      }
      throw refused(proof, claim, terms);
  }
}

type Refused = Extract<Proof, { state: "refused" }>;

function refused(proof: Refused, claim: Claim, { signal, remedy }: ProofTerms): Failure {
  const serviceAccount = serviceAccountPath(claim.serviceAccount);
  const facts = [
    ["STS says", `${proof.code}: ${proof.message}`],
    ["attempts", `${proof.tries} in ${(proof.milliseconds / 1000).toFixed(1)} s`],
    ["role", claim.role],
  ] as const;
  if (signal.aborted) {
    const message = `interrupted before STS accepted the token of ${serviceAccount}`;
    const advice = "Everything was applied; run the same command again to keep waiting";
    return new Failure("interrupted", "interrupted", message, { facts, advice });
  }
  const advice =
    "Role, trust policy, provider and annotation are correct. Possible causes: a resource control policy, a deleted and " +
    "recreated provider, or an issuer that STS can't reach. Wait longer with --wait-timeout 5m";
  return new Failure("failed", "proof-refused", `STS does not accept the token of ${serviceAccount}`, {
    facts,
    ...(remedy ?? { advice }),
  });
}
