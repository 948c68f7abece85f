import { policyName, roleRef } from "../model/arn.ts";
import { effectOf, type Change } from "../model/change.ts";
import { adviceLines, type Failure } from "../model/failure.ts";
import type {
  AttachPolicy,
  CreateRole,
  DeleteInlinePolicy,
  DeleteRole,
  DetachPolicy,
  EditRole,
  PutInlinePolicy,
} from "../model/role-change.ts";
import { joined, line, type Line, type Piece, type Styles } from "./line.ts";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { ORIGIN_ANNOTATION, OUR_NAME } from "../model/ownership-tags.ts";
import { aligned } from "./columns.ts";

/** One thing of many, as a plan shows it. */
export interface FleetRow {
  /** `namespace/name` of a ServiceAccount, the name of a role. */
  readonly path: string;
  readonly changes: readonly Change[];
  /** The name of the role that the row is about, where it is another thing's row. */
  readonly role?: string;
  /** What is to be done, where the changes' own words tell too little. */
  readonly words?: string;
  /** Why nothing can be planned for it. */
  readonly failure?: Failure;
}

/** What the rows are called. */
export interface Noun {
  readonly one: string;
  readonly many: string;
}

/**
 * A line for each row for which there is something to do or to say; those that are as they should be are counted.
 * What the rows share comes first.
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
    `${rows.length} ${rows.length === 1 ? one : many}`,
    `${rows.length - differing.length - failed.length} as they should be`,
    ...(differing.length > going ? [`${differing.length - going} to be made or changed`] : []),
    ...(going > 0 ? [`${going} to be removed`] : []),
    ...(failed.length > 0 ? [color.red(`${failed.length} that can't be planned`)] : []),
  ];
  const said = new Set<string>();
  return [
    line`  ${joined(counts, ", ")}`,
    ...(shown.length > 0 ? [""] : []),
    ...aligned(shown.map((row) => [line`${signOf(row, color)} ${row.path}`, rowLines(row, said)] as const)),
  ];
}

/** A stack that goes takes nothing of the ServiceAccount along. */
function removes({ changes }: FleetRow): boolean {
  return changes.some((change) => effectOf(change) === "remove" && change.kind !== "delete-stack");
}

function signOf(row: FleetRow, color: Styles): Line {
  if (row.failure !== undefined) return color.red("!");
  const makes = row.changes.some((change) => effectOf(change) === "create");
  return removes(row) ? color.red("-") : makes ? color.green("+") : color.yellow("~");
}

/** What is to be done, or why nothing is and, where it has not been said before, what to do about it. */
function rowLines({ changes, failure, words, role }: FleetRow, said: Set<string>): readonly string[] {
  if (failure === undefined) return [withRole(words ?? changesText(changes), role)];
  const { command } = failure.detail;
  const more = [...adviceLines(failure), ...(command === undefined ? [] : [`    ${command}`])];
  const text = more.join("\n");
  const message = withRole(failure.message, role);
  if (text === "" || said.has(text)) return [message];
  said.add(text);
  return [message, ...more];
}

/** Rows name the role, also where a change of it is not what they are about. */
function withRole(text: string, role: string | undefined): string {
  return role === undefined || text.includes(role) ? text : `${text} (role ${role})`;
}

/** What is to be done, in words; a role whose attachments alone change is named before them. */
function changesText(changes: readonly Change[]): string {
  const named = new Set(changes.flatMap((one) => (namesRole(one) ? [one.arn] : [])));
  const others = new Set(changes.flatMap((one) => (changesOnRole(one) ? [one.role] : [])));
  const unnamed = [...others].filter((arn) => !named.has(arn)).map((arn) => `role ${roleRef(arn).name}:`);
  // The role first: what follows is about it.
  const inOrder = changes.toSorted((one, other) => Number(!namesRole(one)) - Number(!namesRole(other)));
  const words = [...new Set(inOrder.map(changeWord))].join(", ");
  return [...unnamed, words].join(" ");
}

function namesRole(change: Change): change is CreateRole | EditRole | DeleteRole {
  return change.kind === "create-role" || change.kind === "edit-role" || change.kind === "delete-role";
}

function changesOnRole(
  change: Change,
): change is AttachPolicy | DetachPolicy | PutInlinePolicy | DeleteInlinePolicy {
  return /^(attach|detach|put-inline|delete-inline)-policy$/.test(change.kind);
}

/** What a change is about, in a word or two. */
function changeWord(change: Change): string {
  switch (change.kind) {
    case "create-provider":
      return `the cluster's issuer, audience ${change.clientIds.join(", ")}`;
    case "edit-provider":
      return [
        ...change.addClientIds.map((audience) => `+ audience ${audience}`),
        ...(Object.keys(change.setTags).length > 0 ? ["tags"] : []),
        ...(change.thumbprints === undefined ? [] : ["thumbprints"]),
      ].join(", ");
    case "delete-provider":
      return "the cluster's issuer";
    case "create-role":
      return `role ${roleRef(change.arn).name}`;
    case "edit-role":
      return `role ${roleRef(change.arn).name}'s ${facets(change).join(" and ")}`;
    case "delete-role":
      return `- role ${roleRef(change.arn).name}`;
    case "attach-policy":
      return `+ ${policyName(change.policy)}`;
    case "detach-policy":
      return `- ${policyName(change.policy)}`;
    case "put-inline-policy":
      return `${change.before === undefined ? "+ " : ""}inline policy${inlineName(change)}`;
    case "delete-inline-policy":
      return `- inline policy${inlineName(change)}`;
    case "leave-instance-profile":
      return `- instance profile ${change.profile}`;
    case "create-namespace":
      return "namespace";
    case "create-service-account":
      return "ServiceAccount";
    case "edit-service-account":
      if (ROLE_ANNOTATION in change.setAnnotations)
        return `ServiceAccount's role: ${policyName(change.setAnnotations[ROLE_ANNOTATION] ?? "")}`;
      return ORIGIN_ANNOTATION in change.setAnnotations
        ? "ServiceAccount's mark"
        : "ServiceAccount's metadata";
    case "delete-service-account":
      return "- ServiceAccount";
    case "bind-workload":
    case "restart-workload":
      return `${change.workload.kind.toLowerCase()} ${change.workload.name}`;
    case "retain-stack":
      return "stack keeps what it made";
    case "delete-stack":
      return `- stack ${change.stack.name}`;
    case "confirm-release":
      return "role compared";
  }
}

/** irsa's own has one name on every role. */
function inlineName({ name }: PutInlinePolicy | DeleteInlinePolicy): string {
  return name === OUR_NAME ? "" : ` ${name}`;
}

function facets({ trust, boundary, maxSessionSeconds, setTags, unsetTags }: EditRole): string[] {
  return [
    ...(trust === undefined ? [] : ["trust"]),
    ...(boundary === undefined ? [] : ["boundary"]),
    ...(maxSessionSeconds === undefined ? [] : ["session"]),
    ...(setTags === undefined && unsetTags === undefined
      ? []
      : [[...Object.keys(setTags ?? {}), ...(unsetTags ?? [])].every(isMark) ? "marks" : "tags"]),
  ];
}

function isMark(key: string): boolean {
  return key.startsWith("irsa/");
}
