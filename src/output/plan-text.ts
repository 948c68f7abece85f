import { line, padded, type Line, type Piece, type Styles } from "./line.ts";
import type { Attribute, Sign } from "../model/attributes.ts";
import { splitArn } from "../model/arn.ts";
import { effectOfAll, shownChange } from "../model/change-facts.ts";
import type { Effect } from "../model/change-kind-row.ts";
import type { Target } from "../model/change-targets.ts";
import type { Change } from "../model/change.ts";
import { byTarget, countTargets, planDigest, SHORT_DIGEST, type Note, type Plan } from "../model/plan.ts";
import { shownDocument } from "./change-text.ts";
import { aligned } from "./columns.ts";
import { commandLine } from "./command-text.ts";

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
    ["Caller", line`${about.caller}${about.profile === undefined ? "" : behind(`profile ${about.profile}`)}`],
    ...Object.entries({ ...(about.cluster && { cluster: about.cluster }), ...about.about }).map(
      ([label, { name, chosenBy }]) => [capitalized(label), line`${name}${behind(chosenBy)}`] as const,
    ),
    ...(about.connection === undefined ? [] : [["Connection", about.connection] as const]),
    ...(about.organizationFile === undefined ? [] : [["Org policy", about.organizationFile] as const]),
    ...endpointRows(about.overrides).map(
      ([url, services]) => ["Endpoint", line`${url}${behind(`${services}; not an AWS endpoint`)}`] as const,
    ),
  ]);
}

function capitalized(label: string): string {
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
}

/** Each endpoint that is not AWS's own, with the services that are called there. */
function endpointRows(overrides: Readonly<Record<string, string>>): [url: string, services: string][] {
  const byUrl = new Map<string, string[]>();
  for (const [service, url] of Object.entries(overrides))
    byUrl.set(url, [...(byUrl.get(url) ?? []), service]);
  return [...byUrl].map(([url, services]) => [url, services.join(", ")]);
}

/** The width of the column of kinds; names and values stand behind it. */
const KIND_WIDTH = 16;
const ATTRIBUTE_WIDTH = 12;

const OWNERSHIP_TAGS: Attribute = ["~", "tags", "ownership tags"];

/** What a plan does, object by object, with its totals and its digest. */
export function planLines(plan: Plan, color: Styles, withDocuments: boolean): Piece[] {
  const isNamed = awsAccountsIn(plan).size > 1;
  return [
    ...byTarget(plan.changes).flatMap((group) => objectLines(group, color, withDocuments, isNamed)),
    "",
    totalsLine(plan, color),
  ];
}

/** The last line of every plan: how much it does, and the digest by which it can be approved. */
export function totalsLine(plan: Plan, color: Styles): Line {
  const { create, change, remove } = countTargets(plan.changes);
  const digest = color.bold(planDigest(plan).slice(0, SHORT_DIGEST));
  return line`  Plan: ${create} to create, ${change} to change, ${remove} to delete.     digest ${digest}`;
}

/** Warnings and notes, a line each, with the command that one leads to on a line of its own. */
export function noteLines(notes: readonly Note[], color: Styles): Piece[] {
  return notes.flatMap(({ level, message, command }) => [
    level === "warning"
      ? line`  ${color.yellow("warning")}  ${message}`
      : line`  ${color.dim("note")}     ${message}`,
    ...(command === undefined ? [] : [line`         ${commandLine(command)}`]),
  ]);
}

/** The AWS account of a role or provider, which is part of its target's id. */
function awsAccountOf({ id }: Pick<Target, "id">): string | undefined {
  return /^(?:role|provider):/.test(id) ? splitArn(id.slice(id.indexOf(":") + 1))?.awsAccount : undefined;
}

/** The AWS accounts of a plan's roles and providers: named in it unless all are in the cluster's own. */
function awsAccountsIn({ cluster, changes }: Plan): ReadonlySet<string> {
  const found = changes.map((change) => awsAccountOf(shownChange(change).target));
  const all = [cluster?.awsAccount, ...found].filter((one) => one !== undefined);
  return new Set(all);
}

function objectLines(
  changes: readonly Change[],
  color: Styles,
  withDocuments: boolean,
  isNamed: boolean,
): Piece[] {
  const [first, ...more] = changes.map((change) => shownChange(change));
  if (first === undefined) return [];
  const shown = [first, ...more];
  const told = shown.flatMap(({ attributes }) => attributes);
  const documents = shown
    .flatMap((one) => one.documents)
    .flatMap((one) => shownDocument(one, color, withDocuments));
  const effect = effectOfAll(changes);
  // Ownership tags go without saying, but where nothing else changes.
  const attributes = told.length === 0 && effect === "change" ? [OWNERSHIP_TAGS] : told;
  const longest = Math.max(
    0,
    ...attributes.filter(([, , value]) => value !== "").map(([, name]) => name.length),
  );
  const width = Math.max(ATTRIBUTE_WIDTH, longest + 2);
  return [
    headline(effect, first.target, isNamed ? awsAccountOf(first.target) : undefined, color),
    ...attributes.map((one) => attributeLine(one, width, color)),
    ...documents.map((one) => line`${" ".repeat(KIND_WIDTH + 4)}${one}`),
  ];
}

function headline(
  effect: Effect,
  { kind, name }: Target,
  awsAccount: string | undefined,
  color: Styles,
): Line {
  const sign = { create: "+", change: "~", remove: "-" } as const;
  const where = awsAccount === undefined ? "" : line`     ${color.dim(`(AWS account ${awsAccount})`)}`;
  return line`  ${painted(sign[effect], color)} ${padded(kind, KIND_WIDTH)}${color.bold(name)}${where}`;
}

function attributeLine([sign, name, value]: Attribute, width: number, color: Styles): Line {
  return line`      ${painted(sign, color)} ${value === "" ? name : padded(name, width)}${value}`;
}

function painted(sign: Sign, color: Styles): Piece {
  switch (sign) {
    case "+":
      return color.green(sign);
    case "-":
      return color.red(sign);
    case "~":
      return color.yellow(sign);
    case " ":
      return sign;
  }
}
