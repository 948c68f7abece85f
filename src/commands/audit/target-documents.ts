import type { AuditReport } from "../../model/audit-report.ts";
import type { TargetRecord } from "../../model/target-record.ts";
import { asffFindings } from "../../output/asff.ts";
import { auditTargetSummary } from "../../output/audit-text.ts";
import { reportLines } from "../../output/audit-markdown.ts";
import { reportIn } from "../../output/audit-report-in.ts";
import { md, type Markdown } from "../../output/markdown.ts";
import { ocsfEvents } from "../../output/ocsf.ts";
import { sarifLog, sarifResults } from "../../output/sarif.ts";
import { streamedList } from "../../output/streamed-answer.ts";
import { placeOf, totalsText } from "../../output/targets-text.ts";
import { TextBlock } from "../../output/text-block.ts";
import { VERSION } from "../../version.ts";
import type { TargetsRead, TargetsWriter } from "../shared/targets/show-targets.ts";
import type { AuditFormat } from "./flags.ts";

/** Code scanners replace the results that they have of the same category: the next run's targets may be others. */
const CATEGORY = "irsa/targets/";

/**
 * An audit of many targets in the formats of other programs: one document for all, of which one target is in memory.
 * @param of what the reports have beside what was found
 */
export function targetDocuments(
  of: Pick<AuditReport, "rules" | "organizationFile">,
): Readonly<Record<Exclude<AuditFormat, "table" | "json">, TargetsWriter>> {
  const reportOf = (record: TargetRecord): AuditReport => reportIn(record, of);
  const foundBy = ({ readAt }: TargetRecord) => ({ version: VERSION, at: new Date(readAt) });
  const listOf = (parts: (record: TargetRecord) => readonly object[]) =>
    async function* ({ records }: TargetsRead): AsyncGenerator<object> {
      for await (const record of records()) yield* parts(record);
    };
  const asff = listOf((record) => asffFindings(reportOf(record), foundBy(record)));
  const ocsf = listOf((record) => ocsfEvents(reportOf(record), foundBy(record)));
  const sarif = listOf((record) => sarifResults(reportOf(record)));
  return {
    asff: (read) => streamedList([], asff(read)),
    ocsf: (read) => streamedList([], ocsf(read)),
    async *sarif(read) {
      const frame = { ...of, notRead: await notReadIn(read, reportOf), version: VERSION, category: CATEGORY };
      yield* streamedList(sarifLog(frame, []), sarif(read));
    },
    markdown: (read) => markdown(read, reportOf),
  };
}

/** What is missing, and what could not be read in the targets that are there. */
async function notReadIn(
  { missing, records }: TargetsRead,
  reportOf: (record: TargetRecord) => AuditReport,
): Promise<AuditReport["notRead"]> {
  const notRead = missing.map((part) => {
    const place = part.region === null && part.cluster === null ? "" : `, ${placeOf(part)}`;
    return { what: `${part.target}${place}`, code: part.error.code, message: part.error.message };
  });
  for await (const record of records())
    for (const one of reportOf(record).notRead) notRead.push({ ...one, what: `${record.name}, ${one.what}` });
  return notRead;
}

async function* markdown(
  { totals, records }: TargetsRead,
  reportOf: (record: TargetRecord) => AuditReport,
): AsyncGenerator<TextBlock> {
  const lines = (...some: readonly Markdown[]): TextBlock => TextBlock.of(some);
  yield lines(md`# IRSA audit`, md``, md`${totalsText(totals)}.`, md``);
  yield lines(md`| Target | AWS account | Clusters | Found |`, md`|---|---|---|---|`);
  for await (const { name, awsAccount, clusters, missing, result } of records()) {
    const found = result === null ? (missing[0]?.error.message ?? "") : auditTargetSummary(result);
    yield lines(md`| ${name} | ${awsAccount} | ${String(clusters.length)} | ${found} |`);
  }
  for await (const record of records()) {
    const { missing, result } = record;
    const report = reportOf(record);
    const isEmpty = [report.findings, report.suppressed, report.notes, report.notRead].every(
      ({ length }) => length === 0,
    );
    if (isEmpty && (missing.length === 0 || result === null)) continue;
    yield lines(
      md``,
      md`## ${record.name}`,
      ...(result === null || missing.length === 0 ? [] : [md``]),
      ...(result === null
        ? []
        : missing.map((part) => md`- missing: ${placeOf(part)}: ${part.error.message}`)),
      ...reportLines(report, md`###`),
    );
  }
}
