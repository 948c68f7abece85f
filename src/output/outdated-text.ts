import {
  ANY_INPUT,
  type GrantedAction,
  type RolePolicies,
  type RolePolicy,
} from "../model/well-known-policy.ts";
import { counted } from "../model/counted.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { notReadLines } from "./access-text.ts";
import { table } from "./columns.ts";
import { INVOKED_AS } from "./invocation.ts";
import { serviceAccountJson } from "./json-forms.ts";
import { jsonText } from "./json.ts";
import { type Piece, type Styles } from "./line.ts";

/** How it is shown. */
interface OutdatedLayout {
  readonly format: "table" | "wide";
  readonly headers: boolean;
}

/** The policies as a table; nothing if there are none. */
export function outdatedLines(
  policies: readonly RolePolicy[],
  { format, headers }: OutdatedLayout,
  color: Styles,
): readonly Piece[] {
  if (policies.length === 0) return [];
  const columns = format === "wide" ? WIDE : NARROW;
  const [head = "", ...rows] = table(
    [columns.map(([title]) => title), ...policies.map((one) => columns.map(([, cell]) => cell(one)))],
    "",
  );
  const painted = rows.map((row, at) => {
    const state = policies[at]?.state;
    if (state === "outdated") return color.yellow(row);
    return state === "unknown" ? color.dim(row) : row;
  });
  return headers ? [color.dim(head), ...painted] : painted;
}

/** What the answer comes to, and how to go on; what could not be read. */
export function outdatedSummary(
  { policies, rolesWithout, notRead }: RolePolicies,
  cluster: string,
  color: Styles,
): readonly Piece[] {
  const count = (wanted: RolePolicy["state"]) => policies.filter(({ state }) => state === wanted).length;
  const [outdated, unknown] = [count("outdated"), count("unknown")];
  return [
    outdated + unknown === 0
      ? `No outdated policies found in cluster ${cluster}.`
      : `${counted(outdated, "outdated policy")}, ${unknown} unknown.`,
    ...(rolesWithout === 0 ? [] : [`${counted(rolesWithout, "role")} without a well-known policy.`]),
    ...(outdated === 0 ? [] : ADVICE),
    ...notReadLines(notRead, color),
  ];
}

const ADVICE = [
  "To update the roles of a file with wellKnownPolicies:",
  `    ${INVOKED_AS} plan -f FILE`,
  "To print the current document of a policy:",
  `    ${INVOKED_AS} policies POLICY -o jsonpath='{.policies[0].document}'`,
];

type Column = readonly [head: string, cell: (one: RolePolicy) => string];

const NARROW: readonly Column[] = [
  ["SERVICEACCOUNT", ({ serviceAccounts }) => shortened(serviceAccounts.map(serviceAccountPath), 1)],
  ["ROLE", ({ role }) => role.slice(role.lastIndexOf("/") + 1)],
  ["POLICY", ({ policy }) => policy ?? "–"],
  ["MANAGED BY", ({ managedBy }) => managerText(managedBy)],
  ["STATE", (one) => stateText(one, 3)],
];

const WIDE: readonly Column[] = [
  ["SERVICEACCOUNTS", ({ serviceAccounts }) => serviceAccounts.map(serviceAccountPath).join(",")],
  ["ROLE", ({ role }) => role],
  ["POLICY", ({ policy }) => policy ?? "–"],
  ["MANAGED BY", ({ managedBy }) => managerText(managedBy)],
  ["WRITTEN BY", ({ writtenBy }) => writtenBy ?? "–"],
  ["EVIDENCE", ({ evidence }) => evidence ?? "–"],
  ["STATE", (one) => stateText(one, Infinity)],
];

function managerText(managedBy: RolePolicy["managedBy"]): string {
  return managedBy === undefined || managedBy === "unmanaged" ? "–" : managedBy;
}

function stateText(one: RolePolicy, most: number): string {
  const { state, lacks, excess, lacksPolicies, reason, evidence } = one;
  if (state === "current") return "current";
  const parts = [
    ...(reason === undefined ? [] : [reason]),
    ...(evidence === "similar" || (evidence === "name" && state === "unknown")
      ? ["matches no known version"]
      : []),
    ...(lacks.length > 0 ? [`lacks ${shortened(lacks.map(grantText), most)}`] : []),
    ...(lacksPolicies.length > 0 ? [`lacks policy ${shortened(lacksPolicies, most)}`] : []),
    ...(excess.length > 0 ? [`allows too much: ${shortened(excess.map(grantText), most)}`] : []),
  ];
  return `${state}: ${parts.join("; ")}`;
}

function grantText({ action, condition }: GrantedAction): string {
  return condition === undefined ? action : `${action} if ${jsonText(shownCondition(condition), 0)}`;
}

/** What stands for the value of an input, is not known of the role. */
function shownCondition(condition: object): object {
  return JSON.parse(JSON.stringify(condition).replaceAll(ANY_INPUT, "…")) as object;
}

function shortened(words: readonly string[], most: number): string {
  const left = words.length - most;
  return left > 0 ? `${words.slice(0, most).join(", ")} +${left}` : words.join(", ");
}

/** The answer as the result in JSON and YAML (docs/json.md). */
export function outdatedResult({ policies, rolesWithout, notRead }: RolePolicies): object {
  return {
    policies: policies.map((one) => ({
      role: one.role,
      serviceAccounts: one.serviceAccounts.map(serviceAccountJson),
      managedBy: one.managedBy ?? null,
      policy: one.policy ?? null,
      state: one.state,
      evidence: one.evidence ?? null,
      writtenBy: one.writtenBy ?? null,
      lacks: one.lacks.map(grantJson),
      excess: one.excess.map(grantJson),
      lacksPolicies: one.lacksPolicies,
      reason: one.reason ?? null,
    })),
    rolesWithout,
    notRead,
  };
}

function grantJson({ action, condition }: GrantedAction): object {
  return { action, condition: condition === undefined ? null : shownCondition(condition) };
}
