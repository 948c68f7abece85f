import type { ClusterRef } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import type { Note } from "../model/plan.ts";
import { selects, selectorText, type ConfigSelector } from "./cluster-selector.ts";
import { placeText } from "./place.ts";

/** A document for clusters that were not found. */
export interface Unmatched {
  readonly file: string;
  readonly line: number;
  readonly name: string | null;
  readonly region: string | null;
  readonly awsAccount: string | null;
}

/** Which of the clusters that were found each selector of a file selects. */
export class SelectorMatches {
  readonly #found: readonly { readonly selector: ConfigSelector; readonly arns: Set<ClusterRef["arn"]> }[];

  constructor(selectors: readonly ConfigSelector[]) {
    this.#found = selectors.map((selector) => ({ selector, arns: new Set() }));
  }

  /** Counts a cluster for the selectors that select it. */
  add(cluster: ClusterRef): void {
    for (const { selector, arns } of this.#found) if (selects(selector, cluster)) arns.add(cluster.arn);
  }

  /** The selectors that select none of the clusters. */
  unmatched(): readonly Unmatched[] {
    return this.#found
      .filter(({ arns }) => arns.size === 0)
      .map(({ selector: { at, name = null, region = null, awsAccount = null } }) => {
        return { file: at.file, line: at.line, name, region, awsAccount };
      });
  }

  /** The same, for people. */
  unmatchedNotes(): readonly Note[] {
    return this.#found
      .filter(({ arns }) => arns.size === 0)
      .map(({ selector }) => ({
        level: "warning",
        code: "no-cluster-selected",
        message: `no cluster found for ${placeText(selector.at)} (${selectorText(selector)})`,
      }));
  }

  /**
   * A name and a region are one cluster's: whoever writes them does not mean its namesake in another AWS account.
   * @throws Failure of kind `input` where they select several
   */
  requireOne(): void {
    const several = this.#found.find(
      ({ selector: { name, region }, arns }) => name !== undefined && region !== undefined && arns.size > 1,
    );
    if (several === undefined) return;
    const { selector, arns } = several;
    throw new Failure(
      "input",
      "invalid-input",
      `${placeText(selector.at)} '${selectorText(selector)}' is the name of clusters in ${arns.size} AWS accounts`,
      {
        facts: [["clusters", [...arns].toSorted().slice(0, 10)]],
        advice:
          'Add the AWS account to metadata (annotations: { irsa/aws-account: "111122223333" }), or leave out metadata.name or metadata.region where all of them are meant',
      },
    );
  }
}
