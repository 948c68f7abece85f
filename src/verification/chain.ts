import type { WorkloadKind } from "../model/kubernetes-objects.ts";
import type { CommandOrAdvice } from "../model/shell.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { LinkName } from "./links.ts";
import type { FindingCode, RowName } from "./rows.ts";

/** How a link stands. UNKNOWN: it can't be seen from here; SKIPPED: nothing to look at, or something before it is broken. */
export type Status = "PASS" | "WARN" | "FAIL" | "UNKNOWN" | "SKIPPED";

/** What mends a fault: a command line, complete and quoted for a shell, or a sentence. */
export type Fix = CommandOrAdvice & {
  /** Who may run the command, or what to know before it. */
  readonly note?: string;
  /** True where the command is `verify --fix` itself. */
  readonly byFix?: true;
};

/** A fault, or with level `warn` something that works but should not stay so. */
export interface LinkFinding {
  readonly level: "fail" | "warn";
  /** The row of docs/failure-modes.md. */
  readonly row: RowName;
  readonly code: FindingCode;
  readonly message: string;
  /** The values that show it, by label. */
  readonly evidence: Readonly<Record<string, string | readonly string[]>>;
  readonly fix: Fix;
}

/** What was found of one link; `message` is one line for people. */
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

/** `broken`: a link fails; `works`: STS took a token and pods get theirs; `unproven`: neither was seen. */
export type Verdict = "works" | "broken" | "unproven";

/** The chain of one subject. */
export interface ChainReport {
  readonly subject: Subject;
  /** The ServiceAccount that it runs with; `undefined` where that could not be read. */
  readonly serviceAccount: ServiceAccountRef | undefined;
  readonly verdict: Verdict;
  readonly links: readonly LinkReport[];
}

/** The first fault in the order of the links, with its link. */
export function firstBroken({ links }: ChainReport): (LinkFinding & { readonly link: LinkName }) | undefined {
  const broken = links.find(({ status }) => status === "FAIL");
  const finding = broken?.findings.find(({ level }) => level === "fail");
  return broken && finding && { ...finding, link: broken.link };
}
