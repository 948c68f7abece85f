import { valueOf } from "../model/known.ts";
import type { Note } from "../model/plan.ts";
import { listOf } from "../model/trust-policy/document.ts";
import { mentionsIssuer, namesIssuer } from "../model/trust-policy/rename-issuer.ts";
import { TRUST_QUOTA } from "../model/trust-policy/size-quota.ts";
import { issuersOf } from "./move.ts";
import type { ObservedMove } from "./observe.ts";
import { editsOf, type MoveRow, type PlannedRow } from "./rows.ts";

/** How many names a note lists. */
const NAMED = 5;

/** Notes that a user should see before approving a move. */
export function moveNotes(observed: ObservedMove, rows: readonly MoveRow[]): readonly Note[] {
  const planned = rows.filter((row) => row.state === "planned");
  return [
    ...(rows.length === 0 ? trustedNote(observed) : []),
    ...(valueOf(observed.quota) === undefined && rows.some((row) => editsOf(row).length > 0)
      ? [quotaNote()]
      : []),
    ...replaceNote(planned, observed),
    ...tagsNote(planned.filter(({ tagsFate }) => tagsFate === "unknown-cluster")),
    ...leftNote(planned, observed),
  ];
}

/** Where nothing names the old issuer, its name may be a typo. */
function trustedNote({ trusted }: ObservedMove): readonly Note[] {
  if (trusted.length === 0) return [];
  const message = `roles in this AWS account trust other issuers: ${listed(trusted)}`;
  return [{ level: "info", code: "other-issuers", message }];
}

function quotaNote(): Note {
  const message = `the trust policy length quota can't be read (iam:GetAccountSummary); assuming ${TRUST_QUOTA.usual} characters`;
  return { level: "warning", code: "quota-unknown", message };
}

/** Pods of the old cluster are not read: the command has no connection to it, and it may not exist any more. */
function replaceNote(rows: readonly PlannedRow[], { move }: ObservedMove): readonly Note[] {
  const moved = rows.filter((row) => editsOf(row).length > 0);
  if (move.way !== "replace" || moved.length === 0) return [];
  const { from } = move;
  const place =
    from.cluster === undefined ? `the cluster with issuer ${from.issuer}` : `cluster ${from.cluster.name}`;
  const message = `pods that still run in ${place} lose access to AWS when their credentials expire, usually within an hour: ${namesOf(moved)} will no longer trust its issuer. Without --replace, the roles trust both clusters`;
  return [{ level: "warning", code: "old-pods-lose-role", message }];
}

function tagsNote(rows: readonly MoveRow[]): readonly Note[] {
  if (rows.length === 0) return [];
  const message = `the ownership tags of ${namesOf(rows)} keep naming the old cluster; to update them, pass the new cluster: --to CLUSTER`;
  return [{ level: "warning", code: "marks-stay", message }];
}

/** The old issuer written in a way that IAM does not take for it, as with https:// before it. */
function leftNote(rows: readonly PlannedRow[], { move }: ObservedMove): readonly Note[] {
  const { from } = issuersOf(move);
  const odd = rows.filter(({ trust }) =>
    listOf(trust.Statement).some((one) => mentionsIssuer(one, from) && !namesIssuer(one, from, true)),
  );
  if (odd.length === 0) return [];
  const message = `the old issuer also appears where IAM ignores it, and is kept there: ${namesOf(odd)}`;
  return [{ level: "warning", code: "issuer-misplaced", message }];
}

function namesOf(rows: readonly MoveRow[]): string {
  return listed(rows.map(({ name }) => name));
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
