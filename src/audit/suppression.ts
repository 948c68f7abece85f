import { listed } from "../model/known.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { Finding } from "../model/finding.ts";
import { matchesWildcard } from "../model/trust-policy/match.ts";
import { groupBy } from "./group-by.ts";
import type { Inventory } from "./inventory.ts";
import { RULES } from "./all-rules.ts";

/** On a ServiceAccount: `RULE=REASON until YYYY-MM-DD`, several separated by `;`. */
export const IGNORE_ANNOTATION = "irsa/ignore";

/** A finding that is accepted until a date. */
export interface Suppression {
  readonly rule: string;
  /** Glob (`*`, `?`) on the `id` or the `name` of the finding's subject. */
  readonly subject: string;
  readonly reason: string;
  /** The last day on which it is valid, as YYYY-MM-DD. */
  readonly until: string;
}

/** The valid suppressions, and what is wrong with the others, which suppress nothing. */
export interface ReadSuppressions {
  readonly suppressions: readonly Suppression[];
  /** One sentence each. */
  readonly notes: readonly string[];
}

/**
 * The suppressions in ServiceAccounts' annotations. Each applies only to findings about that ServiceAccount: anyone who can edit a
 * ServiceAccount must not suppress findings about roles.
 */
export function suppressionsIn({ clusters, now }: Pick<Inventory, "clusters" | "now">): ReadSuppressions {
  const suppressions: Suppression[] = [];
  const notes: string[] = [];
  for (const { cluster, serviceAccounts } of clusters) {
    for (const { ref, annotations } of listed(serviceAccounts)) {
      for (const text of annotations[IGNORE_ANNOTATION]?.split(";") ?? []) {
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

/** The suppressions of the organization's file, which apply to any subject. */
export function suppressionsOf(entries: readonly Suppression[], now: Date): ReadSuppressions {
  const read = entries.map((entry) => ({ entry, wrong: whatIsWrong(entry, now) }));
  return {
    suppressions: read.filter(({ wrong }) => wrong === undefined).map(({ entry }) => entry),
    notes: read.flatMap(({ entry: { rule, subject }, wrong }) =>
      wrong === undefined ? [] : [`auditIgnore of ${rule || "no rule"} for '${subject}' ${wrong}`],
    ),
  };
}

/** A suppressed finding, with its suppression. */
export interface Suppressed {
  readonly finding: Finding;
  readonly suppression: Suppression;
}

/** Separates findings from suppressed ones. */
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

/** The suppression, or what is wrong with it as half a sentence. */
function readSuppression(text: string, now: Date): Omit<Suppression, "subject"> | string {
  const [, rule = "", reason = "", until = ""] =
    /^([a-z-]+)\s*=\s*(.+?)\s+until\s+(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
  if (rule === "") return "is not of the form RULE=REASON until YYYY-MM-DD";
  return whatIsWrong({ rule, reason, until, subject: "*" }, now) ?? { rule, reason, until };
}

/** Half a sentence; `undefined` for a valid suppression. */
function whatIsWrong({ rule, subject, reason, until }: Suppression, now: Date): string | undefined {
  if (!RULES.some(({ code }) => code === rule)) return `has the unknown rule '${rule}'`;
  if (subject === "" || reason === "") return "has no subject or no reason";
  const end = new Date(`${until}T23:59:59Z`);
  // Some invalid dates, such as February 31, are parsed as a later one.
  if (Number.isNaN(end.getTime()) || !end.toISOString().startsWith(until))
    return `has the invalid date '${until}'; use YYYY-MM-DD`;
  return end < now ? `expired on ${until}` : undefined;
}
