import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { Finding } from "../model/finding.ts";
import { matchesWildcard } from "../model/trust-policy/match.ts";
import { groupBy } from "./group-by.ts";
import type { Inventory } from "./inventory.ts";
import { RULES } from "./all-rules.ts";

/** On a ServiceAccount: `RULE=REASON until YYYY-MM-DD`, several separated by `;`. */
export const IGNORE_ANNOTATION = "irsa/ignore";

/** That a finding is known and borne for a while. */
export interface Suppression {
  readonly rule: string;
  /** Glob (`*`, `?`) on the `id` or the `name` of the finding's subject. */
  readonly subject: string;
  readonly reason: string;
  /** The last day on which it holds, as YYYY-MM-DD. */
  readonly until: string;
}

/** A suppression as it was read, or what is wrong with it; a wrong one suppresses nothing. */
export interface ReadSuppressions {
  readonly suppressions: readonly Suppression[];
  /** One sentence each. */
  readonly notes: readonly string[];
}

/**
 * The suppressions that ServiceAccounts carry. Each holds for findings about that ServiceAccount alone: whoever may edit an
 * ServiceAccount has no say in what is found of roles.
 */
export function suppressionsIn({ clusters, now }: Pick<Inventory, "clusters" | "now">): ReadSuppressions {
  const suppressions: Suppression[] = [];
  const notes: string[] = [];
  for (const { cluster, serviceAccounts = [] } of clusters) {
    for (const { ref, annotations } of serviceAccounts) {
      for (const text of (annotations[IGNORE_ANNOTATION] ?? "").split(";")) {
        if (text.trim() === "") continue;
        const read = readSuppression(text.trim(), now);
        if (typeof read === "string")
          notes.push(
            `${serviceAccountPath(ref)} in ${cluster.name}: ${IGNORE_ANNOTATION} '${text.trim()}' ${read}`,
          );
        else suppressions.push({ ...read, subject: `${cluster.arn}/${serviceAccountPath(ref)}` });
      }
    }
  }
  return { suppressions, notes: notes.toSorted() };
}

/** The suppressions of the organization's file, which may speak of anything. */
export function suppressionsOf(entries: readonly Suppression[], now: Date): ReadSuppressions {
  const read = entries.map((entry) => ({ entry, wrong: whatIsWrong(entry, now) }));
  return {
    suppressions: read.filter(({ wrong }) => wrong === undefined).map(({ entry }) => entry),
    notes: read.flatMap(({ entry: { rule, subject }, wrong }) =>
      wrong === undefined ? [] : [`auditIgnore of ${rule || "no rule"} for '${subject}' ${wrong}`],
    ),
  };
}

/** A finding with the reason for which it is borne. */
export interface Suppressed {
  readonly finding: Finding;
  readonly suppression: Suppression;
}

/** Parts findings into those that count and those that are borne. */
export function withoutSuppressed(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
): { readonly findings: readonly Finding[]; readonly suppressed: readonly Suppressed[] } {
  const byRule = groupBy(suppressions, ({ rule }) => rule);
  const of = ({ rule, subject: { id, name } }: Finding) =>
    byRule.get(rule)?.find(({ subject }) => matchesWildcard(subject, id) || matchesWildcard(subject, name));
  return {
    findings: findings.filter((finding) => of(finding) === undefined),
    suppressed: findings.flatMap((finding) => {
      const suppression = of(finding);
      return suppression === undefined ? [] : [{ finding, suppression }];
    }),
  };
}

/** What is wrong with it is said as half a sentence. */
function readSuppression(text: string, now: Date): Omit<Suppression, "subject"> | string {
  const [, rule = "", reason = "", until = ""] =
    /^([a-z-]+)\s*=\s*(.+?)\s+until\s+(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
  if (rule === "") return "is not of the form RULE=REASON until YYYY-MM-DD";
  return whatIsWrong({ rule, reason, until, subject: "*" }, now) ?? { rule, reason, until };
}

/** Half a sentence; `undefined` for a suppression that holds. */
function whatIsWrong({ rule, subject, reason, until }: Suppression, now: Date): string | undefined {
  if (!RULES.some(({ code }) => code === rule)) return `names '${rule}', which is no rule`;
  if (subject === "" || reason === "") return "lacks a subject or a reason";
  const end = new Date(`${until}T23:59:59Z`);
  // Some days that are none, as the 31st of February, are read as a later one.
  if (Number.isNaN(end.getTime()) || !end.toISOString().startsWith(until)) return `has no date in '${until}'`;
  return end < now ? `has expired on ${until}` : undefined;
}
