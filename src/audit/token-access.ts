import type { Judgement } from "../model/judgement.ts";
import { parseSubject } from "../model/service-account-ref.ts";
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

/** A ServiceAccount that is allowed. */
export interface Reached {
  readonly candidate: Candidate;
  readonly judgement: Judgement;
}

/** ServiceAccounts that are allowed for the same reason. */
export interface AlikeGroup {
  readonly judgement: Judgement;
  readonly candidates: readonly Candidate[];
  /** Candidates that are excluded, since they were evaluated separately. */
  readonly except: ReadonlySet<Candidate>;
}

/**
 * Finds who is allowed without trying every ServiceAccount: the values in a trust policy decide who must be evaluated separately,
 * and one judgement stands for all others with an audience. The same result as evaluating each (a property test).
 */
export function tokenAccess(probe: TrustProbe, candidates: Candidates): TokenAccess {
  const { tests, ask, steps } = probe;
  const special = tests === "each" ? everyone(candidates) : matching(tests, candidates, steps);
  const named = [...special, ...notExisting(tests, candidates)].flatMap((candidate) => {
    const judgement = ask(candidate.subject, candidate.audience);
    return judgement === undefined ? [] : [{ candidate, judgement }];
  });
  const others = standsForOthers(probe);
  const alike = [...candidates.byAudience].flatMap(([audience, group]) => {
    const representative = group.find((one) => !special.has(one));
    const subject = others ? NOBODY : representative?.subject;
    const judgement =
      representative === undefined || subject === undefined ? undefined : ask(subject, audience);
    return judgement === undefined ? [] : [{ judgement, candidates: group, except: special }];
  });
  return { named: named.toSorted(bySubject), alike };
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
