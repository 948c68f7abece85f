import { known, listed, mapKnown, type Known } from "../model/known.ts";
import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { audienceOf } from "../model/service-account-facts.ts";
import { subjectOf, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { groupBy } from "./group-by.ts";
import { subjectIndexOf, type SubjectIndex } from "./subject-index.ts";

/** A ServiceAccount as a caller of STS: the claims of its tokens. */
export interface Candidate {
  readonly ref: ServiceAccountRef;
  /** The `sub` of its tokens. */
  readonly subject: string;
  /** The `aud` of the tokens that the webhook gives its pods. */
  readonly audience: string;
  readonly exists: Known<boolean>;
}

/** The ServiceAccounts of one cluster, found by their subject. */
export interface Candidates {
  /** Whether all ServiceAccounts of the cluster are among them. */
  readonly complete: Known<true>;
  /** By audience, each group sorted by subject. */
  readonly byAudience: ReadonlyMap<string, readonly Candidate[]>;
  find(subject: string): Candidate | undefined;
  /** All whose subject a value with wildcards matches. */
  readonly matching: SubjectIndex<Candidate>;
}

/** Indexes ServiceAccounts by subject. */
export function candidatesOf(serviceAccounts: Known<readonly ServiceAccount[]>): Candidates {
  const all = listed(serviceAccounts).map(candidate).toSorted(bySubject);
  const bySubjectName = new Map(all.map((one) => [one.subject, one]));
  return {
    complete: mapKnown(serviceAccounts, () => true),
    byAudience: groupBy(all, ({ audience }) => audience),
    find: (subject) => bySubjectName.get(subject),
    matching: subjectIndexOf(all),
  };
}

/** A ServiceAccount that is referred to but does not exist in the cluster, or could not be read. */
export function absentCandidate(ref: ServiceAccountRef, { complete }: Candidates): Candidate {
  const exists = mapKnown(complete, () => false);
  return { ref, subject: subjectOf(ref), audience: audienceOf(undefined), exists };
}

function candidate(serviceAccount: ServiceAccount): Candidate {
  return {
    ref: serviceAccount.ref,
    subject: subjectOf(serviceAccount.ref),
    audience: audienceOf(serviceAccount),
    exists: known(true),
  };
}

function bySubject(one: Candidate, other: Candidate): number {
  if (one.subject === other.subject) return 0;
  return one.subject < other.subject ? -1 : 1;
}
