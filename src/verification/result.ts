import type { CommandWords } from "../model/command-words.ts";
import type { Failure } from "../model/failure.ts";
import type { LinkFinding, LinkResult } from "./chain.ts";
import type { Remedy } from "../model/remedy.ts";
import { ROWS, type FindingCode } from "./rows.ts";

type Evidence = LinkFinding["evidence"];

/** A problem. */
export function fault(code: FindingCode, message: string, evidence: Evidence, fix: Remedy): LinkFinding {
  return { level: "fail", row: ROWS[code].row, code, message, evidence, fix };
}

/** Something that works, but should be changed. */
export function caution(code: FindingCode, message: string, evidence: Evidence, fix: Remedy): LinkFinding {
  return { ...fault(code, message, evidence, fix), level: "warn" };
}

/** A sentence that says how to fix it, with a colon where a command follows that is to be completed. */
export function advice(text: string, command?: CommandWords): Remedy {
  return { kind: "advice", text, ...(command !== undefined && { command }) };
}

/** The link is broken if any finding is a failure, a warning if there are others, else it passes. */
export function judged(findings: readonly LinkFinding[], message: string): LinkResult {
  const first = findings.find(({ level }) => level === "fail");
  if (first !== undefined) return { status: "FAIL", message: first.message, findings };
  return { status: findings.length > 0 ? "WARN" : "PASS", message, findings };
}

/** The link passes. */
export function pass(message: string): LinkResult {
  return judged([], message);
}

/** The link is broken in this way. */
export function broken(finding: LinkFinding): LinkResult {
  return judged([finding], finding.message);
}

/** It can't be determined. */
export function unknown(message: string): LinkResult {
  return { status: "UNKNOWN", message, findings: [] };
}

/** A read failed: not permitted or not reachable. */
export function unseen({ message }: Failure): LinkResult {
  return unknown(message);
}

/** There is nothing to check. */
export function skipped(message: string): LinkResult {
  return { status: "SKIPPED", message, findings: [] };
}
