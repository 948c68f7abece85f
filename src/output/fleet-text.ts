import { isAwsManaged, policyName, roleRef, type RoleArn } from "../model/arn.ts";
import { effectOf, layerOf, summaryOf } from "../model/change-facts.ts";
import type { Change } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import { joined, line, type Line, type Piece, type Styles } from "./line.ts";
import { aligned } from "./columns.ts";
import { adviceShown } from "./command-text.ts";

/** One object of many, as a plan shows it. */
export interface FleetRow {
  /** `namespace/name` of a ServiceAccount, the name of a role. */
  readonly path: string;
  readonly changes: readonly Change[];
  /** The name of the role that the row is about, where the row is another object's. */
  readonly role?: string;
  /** What will be done, where the changes alone tell too little. */
  readonly words?: string;
  /** Why it failed to plan. */
  readonly failure?: Failure;
}

/** What the rows are called. */
export interface Noun {
  readonly one: string;
  readonly many: string;
}

/**
 * A line for each row that has changes or a failure; those that are up to date are only counted. What the rows share
 * comes first.
 */
export function fleetLines(
  shared: readonly FleetRow[],
  rows: readonly FleetRow[],
  { one, many }: Noun,
  color: Styles,
): Piece[] {
  const failed = rows.filter(({ failure }) => failure !== undefined);
  const differing = rows.filter(({ changes }) => changes.length > 0);
  const shown = [...shared, ...rows].filter((row) => row.changes.length > 0 || row.failure !== undefined);
  const going = rows.filter(removes).length;
  const counts = [
    `${rows.length - differing.length - failed.length} up to date`,
    ...(differing.length > going ? [`${differing.length - going} to create or change`] : []),
    ...(going > 0 ? [`${going} to delete`] : []),
    ...(failed.length > 0 ? [color.red(`${failed.length} failed to plan`)] : []),
  ];
  const said = new Set<string>();
  return [
    line`  ${rows.length} ${rows.length === 1 ? one : many}: ${joined(counts, ", ")}`,
    ...(shown.length > 0 ? [""] : []),
    ...aligned(shown.map((row) => [line`${signOf(row, color)} ${row.path}`, rowLines(row, said)] as const)),
  ];
}

/** Deleting a stack deletes nothing of the ServiceAccount. */
function removes({ changes }: FleetRow): boolean {
  return changes.some((change) => effectOf(change) === "remove" && layerOf(change) !== "stack");
}

function signOf(row: FleetRow, color: Styles): Line {
  if (row.failure !== undefined) return color.red("!");
  const makes = row.changes.some((change) => effectOf(change) === "create");
  return removes(row) ? color.red("-") : makes ? color.green("+") : color.yellow("~");
}

/** What will be done, or why it can't be planned and, where no row above has said it, what to do about it. */
function rowLines({ changes, failure, words, role }: FleetRow, said: Set<string>): readonly Piece[] {
  if (failure === undefined) return [withRole(words ?? changesText(changes), role)];
  const more = adviceShown(failure);
  const text = more.join("\n");
  const message = withRole(failure.message, role);
  if (text === "" || said.has(text)) return [message];
  said.add(text);
  return [message, ...more];
}

/** Rows name the role even where it does not change. */
function withRole(text: string, role: string | undefined): string {
  return role === undefined || namesIt(text, role) ? text : `${text} (role ${role})`;
}

/** True if the name is one of the text's words, and not only the beginning of another role's. */
function namesIt(text: string, role: string): boolean {
  const words = text.split(/[\s'"/]+/);
  return words.some((word) => word === role || word.replace(/[,.:;]+$/, "") === role);
}

/** What will be done, in words; a role of which only attachments change is named before them. */
function changesText(changes: readonly Change[]): string {
  const named = new Set(changes.flatMap((one) => (namesRole(one) ? [one.arn] : [])));
  const others = new Set(changes.flatMap((one) => (isAttachment(one) ? [one.role] : [])));
  const unnamed = [...others].filter((arn) => !named.has(arn)).map((arn) => `role ${roleRef(arn).name}:`);
  // The role comes first: what follows is about it.
  const inOrder = changes.toSorted((one, other) => Number(!namesRole(one)) - Number(!namesRole(other)));
  const words = [...new Set(inOrder.map((one) => summaryIn(changes, one)))].join(", ");
  return [...unnamed, words].join(" ");
}

/** With the kind of a managed policy where the row has one of each kind by that name. */
function summaryIn(changes: readonly Change[], change: Change): string {
  const summary = summaryOf(change);
  if (!("policy" in change)) return summary;
  const { policy } = change;
  const isNamesake = (one: Change): boolean =>
    "policy" in one && one.policy !== policy && policyName(one.policy) === policyName(policy);
  if (!changes.some(isNamesake)) return summary;
  return `${summary} (${isAwsManaged(policy) ? "AWS" : "customer"} managed)`;
}

function namesRole(change: Change): change is Change & { readonly arn: RoleArn } {
  return layerOf(change) === "role" && "arn" in change;
}

function isAttachment(change: Change): change is Change & { readonly role: RoleArn } {
  return layerOf(change) === "attachment";
}
