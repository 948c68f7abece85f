import { line } from "../../../output/line.ts";
import { roleRef } from "../../../model/arn.ts";
import { Failure } from "../../../model/failure.ts";
import { serviceAccountPath } from "../../../model/service-account-ref.ts";
import { progressOn } from "../../../output/progress.ts";
import type { Terminal } from "../../../output/terminal.ts";
import { prove, type Claim, type Proof } from "../../../verification/proof.ts";
import { trustLook, type TrustSources } from "./trust-check.ts";

type Ports = Parameters<typeof prove>[1] & TrustSources;

/** The proof as `-o json` tells it, and the exit code that it leads to. */
export type ProofReport = Proof & { readonly exitCode: number };

/** How the proof is to be made and taken. */
export interface ProofTerms {
  readonly patienceMs: number;
  /** `--wait` was typed: not being permitted to prove it is a failure. */
  readonly demanded: boolean;
  /** The trust policy also asks what can't be known from here: a refusal proves nothing. */
  readonly conditional: boolean;
  /** What to do about a refusal, where what the proof stands on was not looked at. */
  readonly advice?: string;
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
          progress.update(`waiting until STS accepts its token (try ${tries}: ${answer.code})`);
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
      const spread = proof.tries > 1 ? `IAM needed ${proof.tries} tries to spread the news` : undefined;
      progress.succeed("STS accepts its token", proof.milliseconds, spread);
      return { ...proof, exitCode: 0 };
    }
    case "not-permitted":
      progress.stop();
      terms.terminal.say(
        line`  ${terms.terminal.err.yellow("unproven")}  whether STS accepts its token was not tried: ${proof.reason}`,
      );
      return { ...proof, exitCode: terms.demanded ? 1 : 0 };
    case "refused":
      if (proof.trust === "lost") throw lost(proof, claim);
      if (terms.conditional && !terms.demanded) {
        progress.stop();
        terms.terminal.say(
          line`  ${terms.terminal.err.yellow("unproven")}  STS refuses a token from here (${proof.code}); the trust policy also asks what only the pod's place meets`,
        );
        return { ...proof, exitCode: 0 };
      }
      throw refused(proof, claim, terms);
  }
}

/** Nothing is wrong with STS: the statement is gone. */
function lost({ code }: Refused, { serviceAccount, role }: Claim): Failure {
  const { name } = roleRef(role);
  const message = `the trust policy of '${name}' no longer allows ${serviceAccountPath(serviceAccount)}`;
  return new Failure("failed", "trust-lost", message, {
    facts: [
      ["role", role],
      ["STS says", code],
    ],
    advice:
      "Someone else has changed it meanwhile, as Terraform does on its next run. Find out what else manages this role; the same command adds the statement again",
  });
}

type Refused = Extract<Proof, { state: "refused" }>;

function refused(proof: Refused, claim: Claim, { signal, advice: elsewhere }: ProofTerms): Failure {
  const serviceAccount = serviceAccountPath(claim.serviceAccount);
  const facts = [
    ["STS says", `${proof.code}: ${proof.message}`],
    ["tried", `${proof.tries} times in ${(proof.milliseconds / 1000).toFixed(1)} s`],
    ["role", claim.role],
  ] as const;
  if (signal.aborted) {
    const message = `interrupted before STS accepted the token of ${serviceAccount}`;
    const advice = "All is in place; the same command again goes on waiting";
    return new Failure("interrupted", "interrupted", message, { facts, advice });
  }
  const advice =
    elsewhere ??
    "Role, trust policy, provider and annotation are as they should be; a resource control policy, a deleted and " +
      "remade provider, or an issuer that STS can't reach are left. Wait longer with --wait-timeout 5m";
  return new Failure("failed", "proof-refused", `STS does not accept the token of ${serviceAccount}`, {
    facts,
    advice,
  });
}
