import type { Judgement } from "../model/judgement.ts";
import { hostPath } from "../model/issuer.ts";
import { parseSubject } from "../model/service-account-ref.ts";
import { takesAudience } from "./audiences.ts";
import type { AuditedCluster } from "./inventory.ts";
import { NOBODY, standsForOthers, type TrustProbe } from "./trust-probe.ts";
import { absentCandidate, type Candidate, type Candidates } from "./candidates.ts";
import { matching, type SubjectTests } from "./subject-tests.ts";

/** Who can assume a role with a token of one cluster, by the role's trust policy alone. */
export interface TokenAccess {
  /** ServiceAccounts that were evaluated one by one: all whose subject the trust policy refers to. */
  readonly named: readonly Reached[];
  /** Those that it does not refer to but allows; one group per audience. */
  readonly alike: readonly AlikeGroup[];
}

/** A token that is allowed: by its audience, and by the trust policy. */
export interface TokenJudgement {
  readonly audience: string;
  readonly judgement: Judgement;
}

/** A ServiceAccount that is allowed. */
export interface Reached extends TokenJudgement {
  readonly candidate: Candidate;
}

/** ServiceAccounts that are allowed for the same reason. */
export interface AlikeGroup extends TokenJudgement {
  readonly candidates: readonly Candidate[];
  /** Candidates that are excluded, since they were evaluated separately. */
  readonly except: ReadonlySet<Candidate>;
}

/** The ServiceAccounts that a trust policy refers to, which are to be evaluated one by one. */
export function referredTo({ tests, steps }: TrustProbe, candidates: Candidates): ReadonlySet<Candidate> {
  return tests === "each" ? everyone(candidates) : matching(tests, candidates, steps);
}

/**
 * Finds who is allowed without trying every ServiceAccount: the values in a trust policy decide who must be evaluated separately,
 * and one judgement stands for all others with an audience. The same result as evaluating each (a property test).
 */
export function tokenAccess(
  probe: TrustProbe,
  candidates: Candidates,
  judgeToken: JudgeToken = asAsked(probe),
  special = referredTo(probe, candidates),
): TokenAccess {
  const { tests } = probe;
  const named = [...special, ...notExisting(tests, candidates)].flatMap((candidate) => {
    const found = judgeToken(candidate.subject, candidate.audience);
    return found === undefined ? [] : [{ candidate, ...found }];
  });
  const others = standsForOthers(probe);
  const alike = [...candidates.byAudience].flatMap(([audience, group]) => {
    const representative = group.find((one) => !special.has(one));
    const subject = others ? NOBODY : representative?.subject;
    const found =
      representative === undefined || subject === undefined ? undefined : judgeToken(subject, audience);
    return found === undefined ? [] : [{ ...found, candidates: group, except: special }];
  });
  return { named: named.toSorted(bySubject), alike };
}

/** Judges the tokens of a subject whose ServiceAccount asks for an audience; `undefined` if none is allowed. */
export type JudgeToken = (subject: string, asked: string) => TokenJudgement | undefined;

/** By the audience that the webhook asks for. */
function asAsked({ ask }: TrustProbe): JudgeToken {
  return (subject, audience) => {
    const judgement = ask(subject, audience);
    return judgement && { audience, judgement };
  };
}

/**
 * By another audience, for those that the one that is asked for does not bring in. Where the provider could not be read, whether
 * it accepts the other one decides.
 */
export function asChosen(
  { ask, cluster }: Pick<TrustProbe, "ask" | "cluster">,
  audited: Pick<AuditedCluster, "provider">,
  audiences: readonly string[],
): JudgeToken {
  const isUnknown = audited.provider.state === "unknown";
  return (subject, asked) => {
    if (takesAudience(audited, asked) !== "no" && ask(subject, asked) !== undefined) return undefined;
    for (const audience of audiences) {
      const judgement = audience === asked ? undefined : ask(subject, audience);
      if (judgement === undefined) continue;
      return {
        audience,
        judgement: isUnknown ? dependingOn(judgement, `${hostPath(cluster.issuer)}:aud`) : judgement,
      };
    }
    return undefined;
  };
}

function dependingOn(judgement: Judgement, key: string): Judgement {
  const unknownKeys = [...new Set([...judgement.unknownKeys, key])].toSorted();
  return { ...judgement, verdict: "conditional", unknownKeys };
}

/** The ServiceAccounts of the group. */
export function serviceAccountsAlike({ candidates, except }: AlikeGroup): readonly Candidate[] {
  return candidates.filter((one) => !except.has(one));
}

function everyone({ byAudience }: Candidates): ReadonlySet<Candidate> {
  return new Set([...byAudience.values()].flat());
}

/** ServiceAccounts that the trust policy names but that don't exist in the cluster. */
function notExisting(tests: SubjectTests, candidates: Candidates): Candidate[] {
  if (tests === "each") return [];
  const exact = new Set(tests.filter(({ wildcards }) => !wildcards).map(({ value }) => value));
  return [...exact].flatMap((subject) => {
    const parsed = candidates.find(subject) === undefined ? parseSubject(subject) : undefined;
    if (parsed?.ok !== true) return [];
    return [absentCandidate(parsed.value, candidates)];
  });
}

function bySubject(one: Reached, other: Reached): number {
  if (one.candidate.subject === other.candidate.subject) return 0;
  return one.candidate.subject < other.candidate.subject ? -1 : 1;
}
