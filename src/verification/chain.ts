import type { WorkloadKind } from "../model/workload-kinds.ts";
import type { Remedy } from "../model/remedy.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { LinkName } from "./links.ts";
import type { FindingCode, RowName } from "./rows.ts";
import type { WayName } from "../model/way.ts";

/** The status of a link. UNKNOWN: it could not be read; SKIPPED: nothing to check, or an earlier link is broken. */
export type Status = "PASS" | "WARN" | "FAIL" | "UNKNOWN" | "SKIPPED";

/** A problem, or with level `warn` something that works but should be changed. */
export interface LinkFinding {
  readonly level: "fail" | "warn";
  /** The row of docs/failure-modes.md. */
  readonly row: RowName;
  readonly code: FindingCode;
  readonly message: string;
  /** The values that prove it, by label. */
  readonly evidence: Readonly<Record<string, string | readonly string[]>>;
  readonly fix: Remedy;
}

/** The result for one link; `message` is one line of text. */
export interface LinkResult {
  readonly status: Status;
  readonly message: string;
  readonly findings: readonly LinkFinding[];
}

/** A link's result with its name. */
export interface LinkReport extends LinkResult {
  readonly link: LinkName;
}

/** What was asked about. */
export interface Subject {
  readonly kind: "serviceaccount" | "pod" | WorkloadKind;
  readonly namespace: ServiceAccountRef["namespace"];
  readonly name: string;
}

/** `broken`: a link fails; `works`: a token was accepted and pods get theirs; `unproven`: neither could be confirmed. */
export type Verdict = "works" | "broken" | "unproven";

/** The chain of one subject. */
export interface ChainReport {
  readonly subject: Subject;
  /** The ServiceAccount that it uses; `undefined` if that could not be read. */
  readonly serviceAccount: ServiceAccountRef | undefined;
  /** The way that its pods take; its links are those that were checked. */
  readonly way: WayName;
  readonly verdict: Verdict;
  readonly links: readonly LinkReport[];
  /** What only the pods' own network can show, where everything that can be checked is right. */
  readonly notChecked: readonly string[];
}

/** The first problem in the order of the links, with its link. */
export function firstBroken({ links }: ChainReport): (LinkFinding & { readonly link: LinkName }) | undefined {
  const broken = links.find(({ status }) => status === "FAIL");
  const finding = broken?.findings.find(({ level }) => level === "fail");
  return broken && finding && { ...finding, link: broken.link };
}
