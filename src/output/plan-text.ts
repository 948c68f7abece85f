import { line, padded, type Line, type Piece, type Styles } from "./line.ts";
import { effectOfAll, type Change, type Effect } from "../model/change.ts";
import { byTarget, countTargets, planDigest, SHORT_DIGEST, type Note, type Plan } from "../model/plan.ts";
import { changeText, type ChangeText } from "./change-text.ts";
import { aligned } from "./columns.ts";

/** Who runs against what: shown before everything else, so that a wrong AWS account is noticed in time. */
export interface PlanHeader {
  readonly caller: string;
  readonly profile?: string;
  /** Absent where the AWS account alone is meant. */
  readonly cluster?: Chosen;
  /** What else it is about, by a word of its own, as `from` and `to`. */
  readonly about?: Readonly<Record<string, Chosen>>;
  /** How the Kubernetes API is reached, where that is not as EKS describes it. */
  readonly connection?: string;
  /** The file whose rules of the organization hold. */
  readonly organizationFile?: string;
  /** Endpoints that are not AWS's own, by service. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** What was chosen, and how: as `--cluster` or `current context`. */
export interface Chosen {
  readonly name: string;
  readonly chosenBy: string;
}

/** The first lines of every plan. */
export function headerLines(about: PlanHeader, color: Styles): Piece[] {
  const behind = (text: string): Line => line`     ${color.dim(`(${text})`)}`;
  return aligned([
    ["as", line`${about.caller}${about.profile === undefined ? "" : behind(`profile ${about.profile}`)}`],
    ...Object.entries({ ...(about.cluster && { cluster: about.cluster }), ...about.about }).map(
      ([label, { name, chosenBy }]) => [label, line`${name}${behind(chosenBy)}`] as const,
    ),
    ...(about.connection === undefined ? [] : [["through", about.connection] as const]),
    ...(about.organizationFile === undefined ? [] : [["rules", about.organizationFile] as const]),
    ...endpointRows(about.overrides).map(
      ([url, services]) => ["endpoint", line`${url}${behind(`${services} not at AWS's own`)}`] as const,
    ),
  ]);
}

/** Each endpoint that is not AWS's own, with the services that are called there. */
function endpointRows(overrides: Readonly<Record<string, string>>): [url: string, services: string][] {
  const byUrl = new Map<string, string[]>();
  for (const [service, url] of Object.entries(overrides))
    byUrl.set(url, [...(byUrl.get(url) ?? []), service]);
  return [...byUrl].map(([url, services]) => [url, services.join(", ")]);
}

const NAME_COLUMN = 16;

/** What a plan does, thing by thing, with its totals and its digest. */
export function planLines(plan: Plan, color: Styles, withDocuments: boolean): Piece[] {
  const { create, change, remove } = countTargets(plan.changes);
  const digest = planDigest(plan).slice(0, SHORT_DIGEST);
  return [
    ...byTarget(plan.changes).flatMap((group) => thingLines(group, color, withDocuments)),
    "",
    line`  ${create} to create, ${change} to change, ${remove} to remove     plan ${color.bold(digest)}`,
  ];
}

/** Warnings and remarks, a line each. */
export function noteLines(notes: readonly Note[], color: Styles): Piece[] {
  return notes.map(({ level, message }) =>
    level === "warning"
      ? line`  ${color.yellow("warning")}  ${message}`
      : line`  ${color.dim("note")}     ${message}`,
  );
}

function thingLines(changes: readonly Change[], color: Styles, withDocuments: boolean): Piece[] {
  const [first, ...more] = changes.map((change) => changeText(change, color, withDocuments));
  if (first === undefined) return [];
  const texts = [first, ...more];
  return [
    headline(effectOfAll(changes), first, color),
    ...aligned(
      texts.flatMap(({ details }) => details),
      " ".repeat(NAME_COLUMN + 6),
    ),
    ...texts.flatMap(({ documents }) => documents).map((one) => line`${" ".repeat(NAME_COLUMN + 6)}${one}`),
  ];
}

function headline(effect: Effect, { kind, name }: ChangeText, color: Styles): Line {
  const sign = { create: color.green("+"), change: color.yellow("~"), remove: color.red("-") }[effect];
  return line`  ${sign} ${padded(kind, NAME_COLUMN)}${color.bold(name)}`;
}
