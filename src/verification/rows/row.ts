import type { LinkName } from "../links.ts";

/** A problem, whatever the chain that has it: a finding adds the values of its own chain, and its command. */
export interface Row {
  /** Its row in docs/failure-modes.md, for example `B1`; several problems may share one. */
  readonly row: string;
  readonly link: LinkName;
  /** What is wrong, as half a sentence. */
  readonly title: string;
  /** How it comes about, and what the pods notice. */
  readonly cause: string;
  /** What proves it: what verify compares. */
  readonly evidence: string;
  /** What fixes it. */
  readonly fix: string;
}
