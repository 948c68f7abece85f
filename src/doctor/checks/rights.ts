import { valueOf, type Known } from "../../model/known.ts";
import type { CommandName } from "../../permissions/commands.ts";
import type { Level } from "../../permissions/right.ts";
import { passed, passedOver, remarked, notKnown, type CheckResult, type RemarkCode } from "../check.ts";

/** A right that was asked about. */
export interface AskedRight {
  /** As `iam:CreateRole` or `create serviceaccounts`. */
  readonly name: string;
  readonly level: Level;
  readonly answer: Known<boolean>;
}

/** Holds the rights against what the commands need; a fault where one is missing that they can't do without. */
export function checkRights(
  kind: "aws-rights" | "cluster-rights",
  rights: readonly AskedRight[] | undefined,
  commands: readonly CommandName[],
  clusterArn: string | undefined,
): CheckResult {
  if (rights === undefined) return passedOver("not checked");
  const missing = rights.filter(({ answer }) => valueOf(answer) === false);
  const required = namesOf(missing.filter(({ level }) => level === "required"));
  const others = namesOf(missing.filter(({ level }) => level !== "required"));
  const unknown = rights.flatMap(({ name, answer }) =>
    answer.state === "unknown" ? [{ name, why: answer.failure.message }] : [],
  );
  const all = commands.join(", ");
  const narrowing = clusterArn === undefined ? [] : ["--cluster-arn", clusterArn];
  const fix = {
    kind: "command",
    command: ["irsa", "permissions", ...commands, ...narrowing],
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
    return notKnown(`${namesOf(unknown).length} of ${rights.length} are unknown: ${unknown[0]?.why ?? ""}`);
  return rights.length === 0 ? passed(`none required by ${all}`) : passed(`all required by ${all}`);
}

function namesOf(rights: readonly { readonly name: string }[]): string[] {
  return [...new Set(rights.map(({ name }) => name))];
}
