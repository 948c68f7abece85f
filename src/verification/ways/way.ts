import type { LinkResult, Verdict } from "../chain.ts";
import type { LinkName } from "../links.ts";
import type { Observed } from "../observed.ts";

/** One link of a way, and how it is checked. */
export interface Step {
  readonly link: LinkName;
  readonly run: (observed: Observed) => LinkResult;
  /** The links without which there is nothing to check. */
  readonly needs: readonly LinkName[];
  /** The links that, once broken, break this one in any case. */
  readonly after?: readonly LinkName[];
  /** What is still reported if an earlier link is broken. */
  readonly skip?: (observed: Observed) => LinkResult | undefined;
}

/** What `verify` knows of a way: its links in order, and what the exchange at their end proves. A third way is a third one of these. */
export interface Way {
  readonly steps: readonly Step[];
  /** The link at which a token is exchanged for credentials. */
  readonly exchange: LinkName;
  /** Links that an accepted token proves, whether or not they could be read. */
  readonly proved: ReadonlySet<LinkName>;
  /** What can still keep pods from their credentials although everything that can be checked is right, as sentences. */
  readonly remaining: (observed: Observed, verdict: Verdict) => readonly string[];
}
