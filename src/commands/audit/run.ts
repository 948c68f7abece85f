import { fingerprintsIn } from "../../audit/baseline.ts";
import { observe } from "../../audit/observe.ts";
import { reportOf, type Asked } from "../../audit/report.ts";
import { RULES } from "../../audit/all-rules.ts";
import type { OrganizationPolicy } from "../../config/organization.ts";
import { MANIFEST_FILES, readInputFiles } from "../../files/input-files.ts";
import { readTextFile } from "../../files/read-file.ts";
import { reasonOf } from "../../files/reason.ts";
import { findServiceAccounts } from "../../manifests/find-service-accounts.ts";
import { readManifests } from "../../manifests/read-manifests.ts";
import type { AuditReport, Place } from "../../model/audit-report.ts";
import { LIMITS } from "../../model/limits.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import { invalid, Problems, valid, type Parsed } from "../../model/problems.ts";
import { parseNamespaceName } from "../../model/service-account-ref.ts";
import { auditAsff } from "../../output/asff.ts";
import { auditResult } from "../../output/audit-json.ts";
import { auditMarkdown } from "../../output/audit-markdown.ts";
import { auditLines, auditRemarks } from "../../output/audit-text.ts";
import { during } from "../../output/progress.ts";
import { auditOcsf } from "../../output/ocsf.ts";
import { auditSarif } from "../../output/sarif.ts";
import { VERSION } from "../../version.ts";
import { checkAllNamespaces, selectedIds, takeSelector } from "../shared/list-options.ts";
import { incompleteCode } from "../shared/session/incomplete.ts";
import { openSessions } from "../shared/session/several-clusters.ts";
import { checkTargetsFlags, coversTargets } from "../shared/targets/options.ts";
import { exitCodeOf } from "./exit-code.ts";
import type { AuditFlags } from "./flags.ts";
import { auditTargets } from "./targets.ts";
import type { CommandContext } from "../command-context.ts";

/** The run of `audit`: check the input, read everything, evaluate, answer. */
export async function runAudit(flags: AuditFlags, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { selector, ...asked } = await parse(flags, context);
  if (coversTargets(flags))
    return auditTargets(flags, context, { ...asked, ...(selector !== undefined && { selector }) });
  const sessions = await openSessions(flags, context);
  try {
    const reading = observe(sessions.first.aws, sessions.sources, new Date());
    const observed = await during(terminal, "reading IAM and the clusters", reading);
    const selected = selector && (await selectedIds(sessions.sources, selector));
    const report = reportOf(observed, { ...asked, ...(selected !== undefined && { selected }) });
    print(report, observed.inventory.now, flags, context);
    context.exitWith(incompleteCode(observed.inventory.gaps) || exitCodeOf(report, flags));
  } finally {
    sessions.close();
  }
}

function print(
  report: AuditReport,
  at: Date,
  { output: format, headers }: AuditFlags,
  { terminal, envelope }: CommandContext,
): void {
  const { print, out } = terminal;
  switch (format.format) {
    case "table":
      return auditLines(report, out).forEach(print);
    case "json":
      return print(envelope.answer({ result: auditResult(report) }));
    case "sarif":
      return print(auditSarif(report, VERSION));
    case "asff":
      auditRemarks(report, terminal.err).forEach(terminal.say);
      return print(auditAsff(report, { version: VERSION, at }));
    case "ocsf":
      auditRemarks(report, terminal.err).forEach(terminal.say);
      return print(auditOcsf(report, { version: VERSION, at }));
    case "markdown":
      return print(auditMarkdown(report));
    case "list":
      return print(format.write(auditResult(report), headers));
  }
}

async function parse(
  flags: AuditFlags,
  { organization }: CommandContext,
): Promise<Asked & { readonly selector?: SelectorText }> {
  const problems = new Problems();
  checkTargetsFlags(flags, problems);
  const rules = problems.all("--rule", flags.rule ?? [], parseRule);
  const namespaces = problems.all("--namespace", flags.namespace ?? [], parseNamespaceName);
  checkAllNamespaces(flags, namespaces.length > 0, problems);
  const selector = takeSelector(flags, problems);
  const baseline = flags.baseline === undefined ? [] : await readBaseline(flags.baseline, problems);
  const places = await placesIn(flags.file ?? [], problems);
  problems.throwIfAny();
  const { severity, unusedDays } = flags;
  return {
    severity,
    rules,
    namespaces,
    unusedDays,
    ...(selector !== undefined && { selector }),
    ...suppressionsOf(await organization()),
    baseline: new Set(baseline),
    places,
  };
}

/** What the organization's file suppresses, and which file it is. */
export function suppressionsOf(
  organization: OrganizationPolicy | undefined,
): Pick<Asked, "suppressions" | "organizationFile"> {
  if (organization === undefined) return { suppressions: [] };
  return { suppressions: organization.auditIgnore, organizationFile: organization.file };
}

function parseRule(text: string): Parsed<string> {
  const codes = RULES.map(({ code }) => code);
  return codes.includes(text) ? valid(text) : invalid(`is not a valid rule; choose from ${codes.join(", ")}`);
}

async function readBaseline(file: string, problems: Problems): Promise<readonly string[]> {
  try {
    const text = await readTextFile(file, { maxBytes: LIMITS.baselineBytes });
    return problems.take("--baseline", file, () => fingerprintsIn(text)) ?? [];
  } catch (error) {
    problems.note("--baseline", file, `can't be read: ${reasonOf(error)}`);
    return [];
  }
}

async function placesIn(paths: readonly string[], problems: Problems): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>();
  for (const { path, text } of await readInputFiles(paths, MANIFEST_FILES, problems)) {
    const manifests = problems.take(path, "", () => readManifests(text));
    for (const { namespace = "default", name, line } of manifests === undefined
      ? []
      : findServiceAccounts(manifests))
      places.set(`${namespace}/${name}`, { file: path, line });
  }
  return places;
}
