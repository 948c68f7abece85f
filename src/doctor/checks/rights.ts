import { shellCommand } from "../../model/shell.ts";
import type { CommandName } from "../../permissions/commands.ts";
import type { Level } from "../../permissions/right.ts";
import { passed, passedOver, remarked, notKnown, type CheckResult, type RemarkCode } from "../check.ts";

/** A right that was asked about. */
export interface AskedRight {
  /** As `iam:CreateRole` or `create serviceaccounts`. */
  readonly name: string;
  readonly level: Level;
  readonly answer: "yes" | "no" | "unknown";
}

/** What is known of the rights of a kind, and why not all is. */
export interface AskedRights {
  readonly rights: readonly AskedRight[];
  readonly unknownWhy?: string;
}

/** Holds the rights against what the commands need; a fault where one is missing that they can't do without. */
export function checkRights(
  kind: "aws-rights" | "cluster-rights",
  asked: AskedRights | undefined,
  commands: readonly CommandName[],
  clusterArn: string | undefined,
): CheckResult {
  if (asked === undefined) return passedOver("not checked");
  const { rights, unknownWhy } = asked;
  const named = (answer: AskedRight["answer"], isMeant: (level: Level) => boolean): string[] => [
    ...new Set(rights.filter((one) => one.answer === answer && isMeant(one.level)).map(({ name }) => name)),
  ];
  const required = named("no", (level) => level === "required");
  const others = named("no", (level) => level !== "required");
  const unknown = named("unknown", () => true);
  const all = commands.join(", ");
  const narrowing = clusterArn === undefined ? [] : ["--cluster-arn", clusterArn];
  const fix = {
    kind: "command",
    text: shellCommand(["irsa", "permissions", ...commands, ...narrowing]),
    note: "Ask your administrator for these permissions:",
  } as const;
  const remark = (level: "fail" | "warn", code: RemarkCode, message: string, missing: readonly string[]) =>
    missing.length === 0 ? [] : [{ level, code, message, evidence: { missing }, fix }];
  const remarks = [
    ...remark("fail", `${kind}-missing`, `permissions required by ${all} are missing`, required),
    ...remark("warn", `${kind}-partial`, `optional permissions of ${all} are missing`, others),
  ];
  if (remarks.length > 0) return remarked("some permissions are missing", remarks);
  if (unknown.length > 0)
    return notKnown(`${unknown.length} of ${rights.length} are unknown: ${unknownWhy ?? "no reason given"}`);
  return rights.length === 0 ? passed(`none required by ${all}`) : passed(`all required by ${all}`);
}
