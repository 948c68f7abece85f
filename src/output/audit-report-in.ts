import { parseClusterArn } from "../model/arn.ts";
import type { AuditReport, ReportedFinding } from "../model/audit-report.ts";
import { awsWords } from "../model/aws-words.ts";
import type { CommandWords } from "../model/command-words.ts";
import { SEVERITIES, type FindingSubject } from "../model/finding.ts";
import type { Remedy } from "../model/remedy.ts";
import { isJsonObject, type JsonObject, type TargetRecord } from "../model/target-record.ts";
import { shownIn } from "./audit-shown.ts";
import { objectsIn, textIn, textsIn } from "./json-parts.ts";

const KINDS: ReadonlyMap<string, FindingSubject["kind"]> = new Map([
  ["role", "role"],
  ["serviceAccount", "service-account"],
  ["provider", "provider"],
  ["cluster", "cluster"],
]);

/**
 * The report that the record of an audited target has, as far as it has the form of one: it may be from a file. What was
 * found is as `auditResult` wrote it.
 */
export function reportIn(
  { awsAccount, clusters, result }: TargetRecord,
  more: Pick<AuditReport, "rules" | "organizationFile">,
): AuditReport {
  const { findings, suppressed } = result ?? {};
  const { notes, notRead } = shownIn(result ?? {});
  return {
    awsAccount,
    clusters,
    findings: objectsIn(findings).flatMap(findingIn),
    suppressed: objectsIn(suppressed).flatMap((one) =>
      findingIn(one).map((finding) => ({
        finding,
        reason: textIn(one["reason"]),
        until: textIn(one["until"]),
      })),
    ),
    notes,
    notRead,
    ...more,
  };
}

function findingIn(finding: JsonObject): ReportedFinding[] {
  const severity = SEVERITIES.find((one) => one === finding["severity"]);
  const subject = isJsonObject(finding["subject"]) ? subjectIn(finding["subject"]) : undefined;
  if (severity === undefined || subject === undefined) return [];
  const { place, fix } = finding;
  const line = isJsonObject(place) ? place["line"] : undefined;
  return [
    {
      rule: textIn(finding["rule"]),
      severity,
      subject,
      message: textIn(finding["message"]),
      evidence: objectsIn(finding["evidence"]).map(({ label, value }) => [textIn(label), textIn(value)]),
      remedy: remedyIn(isJsonObject(fix) ? fix : {}),
      namespaces: textsIn(finding["namespaces"]),
      fingerprint: textIn(finding["fingerprint"]),
      known: finding["known"] === true,
      ...(isJsonObject(place) &&
        typeof line === "number" && { place: { file: textIn(place["file"]), line } }),
    },
  ];
}

function subjectIn({ kind, namespace, name, id, cluster }: JsonObject): FindingSubject | undefined {
  const known = KINDS.get(textIn(kind));
  if (known === undefined) return undefined;
  const arn = parseClusterArn(isJsonObject(cluster) ? textIn(cluster["arn"]) : "");
  return {
    kind: known,
    name: typeof namespace === "string" ? `${namespace}/${textIn(name)}` : textIn(name),
    id: textIn(id),
    ...(arn.ok && { cluster: arn.value }),
  };
}

function remedyIn({ kind, text, argv }: JsonObject): Remedy {
  const command = commandIn(textsIn(argv));
  return kind === "command" && command !== undefined
    ? { kind, command }
    : { kind: "advice", text: textIn(text) };
}

/** A command of one of the programs that fixes are of. */
function commandIn([program, ...args]: readonly string[]): CommandWords | undefined {
  if (program === "aws") return awsWords(args);
  return program === "irsa" || program === "kubectl" ? [program, ...args] : undefined;
}
