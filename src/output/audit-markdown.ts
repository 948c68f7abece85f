import type { AuditReport, ReportedFinding } from "../model/audit-report.ts";
import type { Remedy } from "../model/remedy.ts";
import { clusterNameOf } from "./audit-shown.ts";
import { shellCommand } from "./shell.ts";
import { summaryText } from "./audit-text.ts";
import { fence, joined, md, type Markdown } from "./markdown.ts";
import { TextBlock } from "./text-block.ts";

/** An audit as a Markdown page, with evidence and fixes; what comes from AWS or the cluster is escaped. */
export function auditMarkdown(report: AuditReport): TextBlock {
  const { awsAccount, clusters, organizationFile } = report;
  const names = joined(
    clusters.map(({ name }) => md`${name}`),
    ", ",
  );
  return TextBlock.of([
    md`# IRSA audit`,
    md``,
    md`AWS account ${awsAccount}; ${names}. ${summaryText(report)}.`,
    ...(organizationFile === undefined ? [] : [md``, md`Organization policy: ${organizationFile}`]),
    ...reportLines(report, md`##`),
  ]);
}

/** What was found, and what could not be. @param level of its headings */
export function reportLines(
  { clusters, findings, suppressed, notes, notRead }: AuditReport,
  level: Markdown,
): readonly Markdown[] {
  const several = clusters.length > 1;
  const header = several
    ? [md`| Severity | Rule | Cluster | What |`, md`|---|---|---|---|`]
    : [md`| Severity | Rule | What |`, md`|---|---|---|`];
  return [
    md``,
    ...(findings.length === 0 ? [] : header),
    ...findings.map(
      (one) =>
        md`| ${one.severity} | ${one.rule} | ${several ? md`${clusterNameOf(one)} | ` : md``}${one.message}${one.known ? md` (known)` : md``} |`,
    ),
    ...findings.flatMap((one) => section(one, level)),
    ...list(
      md`${level} Suppressed`,
      suppressed.map(({ finding, reason, until }) => {
        return md`${finding.rule}: ${finding.message} — ${reason}, until ${until}`;
      }),
    ),
    ...list(
      md`${level} Invalid suppressions`,
      notes.map((note) => md`${note}`),
    ),
    ...list(
      md`${level} Could not be read`,
      notRead.map(({ what, message }) => md`${what}: ${message}`),
    ),
  ];
}

function section(
  { rule, severity, message, evidence, remedy, place, subject }: ReportedFinding,
  level: Markdown,
): Markdown[] {
  return [
    md``,
    md`${level} ${rule}: ${subject.name}`,
    md``,
    md`**${severity}** — ${message}`,
    md``,
    ...evidence.map(([label, value]) => md`- ${label}: ${value}`),
    ...(place === undefined ? [] : [md`- in ${place.file}, line ${place.line}`]),
    md``,
    ...remedyBlock(remedy),
  ];
}

function remedyBlock(remedy: Remedy): Markdown[] {
  if (remedy.kind === "command") return fence(shellCommand(remedy.command));
  const { text, command } = remedy;
  return command === undefined ? [md`${text}.`] : [md`${text}`, md``, ...fence(shellCommand(command))];
}

function list(title: Markdown, items: readonly Markdown[]): Markdown[] {
  return items.length === 0 ? [] : [md``, title, md``, ...items.map((item) => md`- ${item}`)];
}
