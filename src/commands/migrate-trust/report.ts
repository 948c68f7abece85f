import { counted } from "../../model/counted.ts";
import type { GlobSelection } from "../../model/glob-selection.ts";
import { commandLine } from "../../output/command-text.ts";
import type { Line, Piece } from "../../output/line.ts";
import { taggedServiceAccount } from "../../model/ownership-tags.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import { clusterJsonOf, errorJson } from "../../output/json-forms.ts";
import type { Move, MoveEndpoint } from "../../trust-migration/move.ts";
import { sizesOf, type MoveRow } from "../../trust-migration/rows.ts";
import { rowState } from "../shared/plan/row-state.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";
import type { Report } from "../shared/plan/run-plan-command.ts";

/** How a move ends: the last lines, the JSON answer, the exit code. */
export function moveReport(
  rows: readonly MoveRow[],
  move: Move,
  quota: number | undefined,
  { flags, clusterFlags }: { readonly flags: GlobSelection; readonly clusterFlags: readonly string[] },
  { state }: Outcome,
): Report {
  const failed = rows.filter((row) => row.state === "failed");
  const [first] = failed;
  const begin = state === "done" ? "" : "Nothing to do. ";
  const well = rows.length - failed.length;
  const text =
    failed.length === 0
      ? `${begin}${wellOf(rows.length, move, flags)}`
      : `${well} of ${counted(rows.length, "role")} ${rows.length === 1 ? "is" : "are"} up to date; ${failed.length} failed to plan.`;
  return {
    result: {
      from: endJson(move.from),
      to: endJson(move.to),
      replace: move.way === "replace",
      trustQuota: quota ?? null,
      roles: rows.map((row) => rowJson(row, state)),
    },
    lines: [...(state === "done" ? [""] : []), `  ${text}`],
    ...(state === "done" && { hints: annotateHint(rows, clusterFlags) }),
    ...(first !== undefined && { exitCode: EXIT_CODES[first.failure.kind] }),
  };
}

/** What is counted: a role that was excluded may well trust the old issuer. */
export function roleWord({ include = [], exclude = [] }: GlobSelection): string {
  return include.length + exclude.length > 0 ? "selected role" : "role";
}

function wellOf(count: number, { from, to, way }: Move, selection: GlobSelection): string {
  if (count === 0) return `No ${roleWord(selection)} trusts ${from.issuer}`;
  const who = count === 1 ? "The role trusts" : `All ${count} roles trust`;
  const whom = way === "beside" ? "in addition to the old issuer" : "instead of the old issuer";
  return `${who} ${to.cluster?.name ?? to.issuer} ${whom}.`;
}

/** For how many roles the command is printed. */
const PRINTED = 10;

/** A role is used only by a ServiceAccount that is annotated with it; irsa's ownership tags tell which that is. */
function annotateHint(rows: readonly MoveRow[], clusterFlags: readonly string[]): readonly Piece[] {
  const moved = rows.filter((row) => row.state === "planned");
  if (moved.length === 0 || clusterFlags.length === 0) return [];
  const known = moved.flatMap((row) => {
    const serviceAccount = taggedServiceAccount(row.role);
    return serviceAccount === undefined ? [] : [{ arn: row.arn, ...serviceAccount }];
  });
  const shown = known.slice(0, PRINTED);
  const others = moved.length - shown.length;
  return [
    "  The ServiceAccounts that use them must be annotated there too, in your manifests or one by one:",
    ...shown.map((one) => createLine(clusterFlags, one)),
    ...(shown.length === 0
      ? moved
          .slice(0, 1)
          .map(({ arn }) => createLine(clusterFlags, { namespace: "NAMESPACE", name: "NAME", arn }))
      : []),
    ...(shown.length > 0 && others > 0 ? [`      and ${others} more`] : []),
  ];
}

function createLine(
  clusterFlags: readonly string[],
  { namespace, name, arn }: { readonly namespace: string; readonly name: string; readonly arn: string },
): Line {
  const serviceAccount = ["--namespace", namespace, "--name", name];
  const role = ["--attach-role-arn", arn];
  return commandLine(["irsa", "create-sa", ...clusterFlags, ...serviceAccount, ...role]);
}

function endJson({ issuer, provider, cluster }: MoveEndpoint): object {
  return { issuer, provider, cluster: cluster === undefined ? null : clusterJsonOf(cluster.arn) };
}

function rowJson(row: MoveRow, outcome: Outcome["state"]): object {
  if (row.state === "failed") {
    return { role: row.arn, state: "failed", error: errorJson(row.failure) };
  }
  return {
    role: row.arn,
    state: rowState(row, outcome),
    characters: sizesOf(row),
    ownershipTags: row.tagsFate === "none" ? null : row.tagsFate === "follow" ? "newCluster" : "unchanged",
  };
}
