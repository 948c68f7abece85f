/** A statement of a trust policy, by place and name. */
export interface StatementRef {
  /** Counted from 0. */
  readonly index: number;
  readonly sid?: string;
}

/** That a trust policy allows someone: for certain, or depending on condition keys that irsa can't know. */
export interface Judgement {
  readonly verdict: "allow" | "conditional";
  /** The condition keys that decide a `conditional` verdict, sorted, as the policy spells them. */
  readonly unknownKeys: readonly string[];
  /** The Allow statements by which. */
  readonly statements: readonly StatementRef[];
}
