import { accountPath } from "../model/service-account-ref.ts";
import type { Finding } from "../model/finding.ts";
import type { Inventory } from "./inventory.ts";
import { RULES } from "./all-rules.ts";

/** On a ServiceAccount: `RULE=REASON until YYYY-MM-DD`, several separated by `;`. */
export const IGNORE_ANNOTATION = "irsa/ignore";

/** That a finding is known and borne for a while. */
export interface Suppression {
  readonly rule: string;
  /** The `id` of the finding's subject. */
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
 * The suppressions that ServiceAccounts carry. Each holds for findings about that account alone: whoever may edit an
 * account has no say in what is found of roles.
 */
export function suppressionsIn({ clusters, now }: Pick<Inventory, "clusters" | "now">): ReadSuppressions {
  const suppressions: Suppression[] = [];
  const notes: string[] = [];
  for (const { cluster, accounts = [] } of clusters) {
    for (const { ref, annotations } of accounts) {
      for (const text of (annotations[IGNORE_ANNOTATION] ?? "").split(";")) {
        if (text.trim() === "") continue;
        const read = readSuppression(text.trim(), now);
        if (typeof read === "string")
          notes.push(`${accountPath(ref)} in ${cluster.name}: ${IGNORE_ANNOTATION} '${text.trim()}' ${read}`);
        else suppressions.push({ ...read, subject: `${cluster.arn}/${accountPath(ref)}` });
      }
    }
  }
  return { suppressions, notes: notes.toSorted() };
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
  const byKey = new Map(suppressions.map((one) => [`${one.rule} ${one.subject}`, one]));
  const of = ({ rule, subject }: Finding) => byKey.get(`${rule} ${subject.id}`);
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
  if (!RULES.some(({ code }) => code === rule)) return `names '${rule}', which is no rule`;
  const end = new Date(`${until}T23:59:59Z`);
  // Some days that are none, as the 31st of February, are read as a later one.
  if (Number.isNaN(end.getTime()) || !end.toISOString().startsWith(until)) return `has no date in '${until}'`;
  if (end < now) return `has expired on ${until}`;
  return { rule, reason, until };
}
