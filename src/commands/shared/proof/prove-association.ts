import { line } from "../../../output/line.ts";
import type { CommandWords } from "../../../model/command-words.ts";
import { Failure, type FailureDetail } from "../../../model/failure.ts";
import { serviceAccountPath } from "../../../model/service-account-ref.ts";
import { progressOn, type Progress } from "../../../output/progress.ts";
import type { AssociationProof } from "../../../verification/association-proof.ts";
import type { ProofReport, ProofTerms } from "./prove-service-account.ts";
import { trustLost } from "./trust-lost.ts";
import { tryAssociation, type AssociatedRoles, type AssociationSources } from "./try-association.ts";

type Terms = Omit<ProofTerms, "conditional" | "remedy"> & {
  /** The flags that select the cluster, for the command that finds the broken link. */
  readonly clusterFlags: readonly string[];
};

/** Why a token could not be exchanged where no pod runs. */
export const NO_POD = "no pod runs whose token could be exchanged";

/**
 * Proves that pods of the ServiceAccount get the association's role, as far as this machine can, and says so.
 * @throws Failure `proof-refused` when EKS keeps refusing, or giving another role; `not-injected`, `trust-lost`, `interrupted`
 */
export async function proveOneAssociation(
  roles: AssociatedRoles,
  sources: AssociationSources,
  terms: Terms,
): Promise<ProofReport> {
  const { terminal, signal, patienceMs } = terms;
  const progress = progressOn(terminal);
  progress.begin("waiting until EKS gives a pod the role");
  try {
    const proof = await tryAssociation(roles, sources, {
      patienceMs,
      signal,
      onTry: (tries, answer) => {
        const why = answer.accepted ? "another role" : answer.code;
        progress.update(`waiting until EKS gives a pod the role (attempt ${tries}: ${why})`);
      },
    });
    return report(proof, roles, terms, progress);
  } finally {
    progress.stop();
  }
}

function report(
  proof: AssociationProof,
  roles: AssociatedRoles,
  terms: Terms,
  progress: Progress,
): ProofReport {
  const unproven = (why: string): ProofReport => {
    progress.stop();
    const { say, err } = terms.terminal;
    say(line`  ${err.yellow("unproven")}  EKS was not asked for credentials of the role: ${why}`);
    return { ...proof, exitCode: terms.demanded ? 1 : 0 };
  };
  switch (proof.state) {
    case "accepted": {
      const spread = proof.tries > 1 ? `${proof.tries} attempts while EKS propagated` : undefined;
      progress.succeed("EKS gives a pod the role", proof.milliseconds, spread);
      return { ...proof, exitCode: 0 };
    }
    case "not-permitted":
      return unproven(proof.reason);
    case "no-pod": {
      const { injected } = proof;
      if (injected.state === "known" && !injected.value) throw notInjected(roles, terms);
      if (injected.state === "known") progress.succeed("New pods are injected (dry run)");
      else
        terms.terminal.say(
          line`  ${terms.terminal.err.yellow("unproven")}  no dry-run pod was checked: ${injected.failure.message}`,
        );
      return unproven(NO_POD);
    }
    case "refused":
      if (proof.trust === "lost") throw trustLost(roles, ["EKS says", proof.code]);
      throw refused(roles, terms, `EKS does not give pods of ${pathOf(roles)} the role`, [
        ["EKS says", `${proof.code}: ${proof.message}`],
        attempts(proof),
      ]);
    case "other-role":
      throw refused(roles, terms, `EKS gives pods of ${pathOf(roles)} another role`, [
        ["EKS gives", proof.assumedRoleArn],
        attempts(proof),
      ]);
  }
}

type Facts = NonNullable<FailureDetail["facts"]>;

function attempts({ tries, milliseconds }: { tries: number; milliseconds: number }): Facts[number] {
  return ["attempts", `${tries} in ${(milliseconds / 1000).toFixed(1)} s`];
}

function pathOf({ serviceAccount }: AssociatedRoles): string {
  return serviceAccountPath(serviceAccount);
}

function verifyWords(roles: AssociatedRoles, { clusterFlags }: Terms): CommandWords {
  return ["irsa", "verify", pathOf(roles), ...clusterFlags];
}

function refused(roles: AssociatedRoles, terms: Terms, message: string, said: Facts): Failure {
  if (terms.signal.aborted) return interrupted(roles, said);
  const { role, targetRole } = roles;
  return new Failure("failed", "proof-refused", message, {
    facts: [...said, ["role", role], ...(targetRole ? [["target role", targetRole] as const] : [])],
    advice: "Wait longer with --wait-timeout 5m. To find the broken link:",
    command: verifyWords(roles, terms),
  });
}

function interrupted(roles: AssociatedRoles, facts: Facts): Failure {
  const message = `interrupted before EKS gave pods of ${pathOf(roles)} the role`;
  const advice = "Everything was applied; run the same command again to keep waiting";
  return new Failure("interrupted", "interrupted", message, { facts, advice });
}

function notInjected(roles: AssociatedRoles, terms: Terms): Failure {
  if (terms.signal.aborted) return interrupted(roles, []);
  return new Failure("failed", "not-injected", `new pods of ${pathOf(roles)} would run without the role`, {
    facts: [["because", "a dry-run pod was admitted without the agent's address and a token"]],
    advice: "Wait longer with --wait-timeout 5m. To find the broken link:",
    command: verifyWords(roles, terms),
  });
}
