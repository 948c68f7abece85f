import { policyName, roleRef } from "../model/arn.ts";
import { effectOf, type Change, type EditServiceAccount } from "../model/change.ts";
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
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { MANAGED_BY_LABEL, ORIGIN_ANNOTATION, OUR_NAME } from "../model/ownership-tags.ts";
import { workloadText } from "../model/workload-name.ts";
import { aligned } from "./columns.ts";

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
  return changes.some((change) => effectOf(change) === "remove" && change.kind !== "delete-stack");
}

function signOf(row: FleetRow, color: Styles): Line {
  if (row.failure !== undefined) return color.red("!");
  const makes = row.changes.some((change) => effectOf(change) === "create");
  return removes(row) ? color.red("-") : makes ? color.green("+") : color.yellow("~");
}

/** What will be done, or why it can't be planned and, where no row above has said it, what to do about it. */
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

/** Rows name the role even where it does not change. */
function withRole(text: string, role: string | undefined): string {
  return role === undefined || text.includes(role) ? text : `${text} (role ${role})`;
}

/** What will be done, in words; a role of which only attachments change is named before them. */
function changesText(changes: readonly Change[]): string {
  const named = new Set(changes.flatMap((one) => (namesRole(one) ? [one.arn] : [])));
  const others = new Set(changes.flatMap((one) => (changesOnRole(one) ? [one.role] : [])));
  const unnamed = [...others].filter((arn) => !named.has(arn)).map((arn) => `role ${roleRef(arn).name}:`);
  // The role comes first: what follows is about it.
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
      return `+ the cluster's issuer, audience ${change.clientIds.join(", ")}`;
    case "edit-provider":
      return [
        ...change.addClientIds.map((audience) => `+ audience ${audience}`),
        ...(Object.keys(change.setTags).length > 0 ? ["~ tags"] : []),
        ...(change.thumbprints === undefined ? [] : ["~ thumbprints"]),
      ].join(", ");
    case "delete-provider":
      return "- the cluster's issuer";
    case "create-role":
      return `+ role ${roleRef(change.arn).name}`;
    case "edit-role":
      return `role ${roleRef(change.arn).name}: ~ ${facets(change).join(", ~ ")}`;
    case "delete-role":
      return `- role ${roleRef(change.arn).name}`;
    case "attach-policy":
      return `+ policy ${policyName(change.policy)}`;
    case "detach-policy":
      return `- policy ${policyName(change.policy)}`;
    case "put-inline-policy":
      return `${change.before === undefined ? "+" : "~"} inline policy${inlineName(change)}`;
    case "delete-inline-policy":
      return `- inline policy${inlineName(change)}`;
    case "leave-instance-profile":
      return `- instance profile ${change.profile}`;
    case "create-namespace":
      return "+ Namespace";
    case "create-service-account":
      return "+ ServiceAccount";
    case "edit-service-account":
      return serviceAccountWords(change).join(", ");
    case "delete-service-account":
      return "- ServiceAccount";
    case "bind-workload":
    case "restart-workload":
      return `~ ${workloadText(change.workload)}`;
    case "retain-stack":
      return "~ stack retains its resources";
    case "delete-stack":
      return `- stack ${change.stack.name}`;
    case "confirm-release":
      return "verify role";
  }
}

/** Which role its pods get and with which audience is told by its value, the rest by what it is. */
function serviceAccountWords(edit: EditServiceAccount): readonly string[] {
  const { setAnnotations, setLabels, unsetAnnotations = [], unsetLabels = [] } = edit;
  const role = setAnnotations[ROLE_ANNOTATION];
  const audience = setAnnotations[AUDIENCE_ANNOTATION];
  const keys = [...Object.keys({ ...setLabels, ...setAnnotations }), ...unsetLabels, ...unsetAnnotations];
  const words = [
    ...(role === undefined ? [] : [`~ ServiceAccount role-arn ${policyName(role)}`]),
    ...(audience === undefined ? [] : [`~ ServiceAccount audience ${audience}`]),
    ...(unsetAnnotations.includes(ROLE_ANNOTATION) ? ["- ServiceAccount role-arn"] : []),
    ...(unsetAnnotations.includes(AUDIENCE_ANNOTATION) ? ["- ServiceAccount audience"] : []),
    ...(keys.every((key) => TOLD_KEYS.has(key)) ? [] : ["~ ServiceAccount metadata"]),
  ];
  return words.length > 0 ? words : ["~ ServiceAccount ownership label"];
}

const TOLD_KEYS: ReadonlySet<string> = new Set([
  ROLE_ANNOTATION,
  AUDIENCE_ANNOTATION,
  ORIGIN_ANNOTATION,
  MANAGED_BY_LABEL,
]);

/** The inline policy that irsa writes has the same name on every role. */
function inlineName({ name }: PutInlinePolicy | DeleteInlinePolicy): string {
  return name === OUR_NAME ? "" : ` ${name}`;
}

function facets({ trust, boundary, maxSessionSeconds, setTags, unsetTags }: EditRole): string[] {
  return [
    ...(trust === undefined ? [] : ["trust policy"]),
    ...(boundary === undefined ? [] : ["boundary"]),
    ...(maxSessionSeconds === undefined ? [] : ["max session"]),
    ...(setTags === undefined && unsetTags === undefined
      ? []
      : [
          [...Object.keys(setTags ?? {}), ...(unsetTags ?? [])].every(isOwnershipTag)
            ? "ownership tags"
            : "tags",
        ]),
  ];
}

function isOwnershipTag(key: string): boolean {
  return key.startsWith("irsa/");
}
