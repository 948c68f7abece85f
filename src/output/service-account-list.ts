import type { Piece, Styles } from "./line.ts";
import { policyName } from "../model/arn.ts";
import type { SettingsJson } from "../model/shown-settings.ts";
import type { Note } from "../model/plan.ts";
import { table } from "./columns.ts";
import { camelCase } from "./camel-case.ts";
import { noteJson, serviceAccountJson } from "./json-forms.ts";
import type { WayName } from "../model/way.ts";

/** A row of the list (docs/json.md). */
export interface ListedServiceAccount extends SettingsJson {
  readonly namespace: string;
  readonly name: string;
  readonly origin: string;
  readonly role: string | null;
  readonly managedBy: "irsa" | "eksctl" | "unmanaged" | null;
  readonly roleOrigin: "created" | "adopted" | null;
  readonly roleEngine: string | null;
  readonly serviceAccountManager: string | null;
  readonly way: WayName;
  readonly audience: string;
  readonly policies: readonly string[];
  readonly inlinePolicies: readonly string[];
  readonly state: "in-sync" | "drifted" | "unknown";
  readonly drift: readonly { readonly code: string; readonly message: string }[];
  /** Why the state is unknown. */
  readonly unknown: string | null;
}

/** A list of ServiceAccounts, independent of the output format. */
export interface ServiceAccountList {
  readonly serviceAccounts: readonly ListedServiceAccount[];
  readonly notes: readonly Note[];
}

/** The list as a table for people. */
export function serviceAccountListLines(
  { serviceAccounts }: ServiceAccountList,
  format: "table" | "wide",
  color: Styles,
  withHeaders = true,
): readonly Piece[] {
  const lines = tableLines(format === "table" ? NARROW : WIDE, serviceAccounts, color);
  return withHeaders ? lines : lines.slice(1);
}

/** The list as the result in JSON and YAML (docs/json.md). */
export function serviceAccountListResult({ serviceAccounts, notes }: ServiceAccountList): object {
  return {
    serviceAccounts: serviceAccounts.map(
      ({ namespace, name, origin, managedBy, roleOrigin, way, state, ...row }) => ({
        serviceAccount: serviceAccountJson({ namespace, name }),
        origin,
        managedBy,
        roleOrigin,
        way: camelCase(way),
        ...row,
        state: camelCase(state),
      }),
    ),
    notes: notes.map(noteJson),
  };
}

type Column = readonly [head: string, cell: (serviceAccount: ListedServiceAccount) => string];

const FIRST: readonly Column[] = [
  ["NAMESPACE", ({ namespace }) => namespace],
  ["NAME", ({ name }) => name],
];

const NARROW: readonly Column[] = [
  ...FIRST,
  ["ROLE", ({ role }) => (role === null ? "none" : role.slice(role.lastIndexOf("/") + 1))],
  ["WAY", wayText],
  ["POLICIES", ({ policies, inlinePolicies }) => shortened(policies.map(policyName), inlinePolicies)],
  ["MANAGED BY", managerText],
  ["STATE", stateText],
];

const WIDE: readonly Column[] = [
  ...FIRST,
  ["ORIGIN", originText],
  ["ROLE", ({ role }) => role ?? "none"],
  ["WAY", wayText],
  ["MANAGED BY", managerText],
  ["AUDIENCE", ({ audience }) => audience],
  ["POLICIES", ({ policies, inlinePolicies }) => listed([...policies, ...inlinePolicies.map(inline)])],
  ["BOUNDARY", ({ permissionsBoundary }) => permissionsBoundary ?? "–"],
  ["STATE", stateText],
];

function tableLines(
  columns: readonly Column[],
  serviceAccounts: readonly ListedServiceAccount[],
  color: Styles,
): Piece[] {
  const [head = "", ...rows] = table(
    [
      columns.map(([title]) => title),
      ...serviceAccounts.map((serviceAccount) => columns.map(([, cell]) => cell(serviceAccount))),
    ],
    "",
  );
  return [color.dim(head), ...rows.map((row, at) => painted(row, serviceAccounts[at]?.state, color))];
}

function painted(row: Piece, state: ListedServiceAccount["state"] | undefined, color: Styles): Piece {
  if (state === "drifted") return color.yellow(row);
  return state === "unknown" ? color.dim(row) : row;
}

function wayText({ role, way }: ListedServiceAccount): string {
  if (role === null) return "–";
  return way === "irsa" ? "IRSA" : "Pod Identity";
}

function managerText({ managedBy, roleOrigin, roleEngine }: ListedServiceAccount): string {
  if (managedBy === null || managedBy === "unmanaged") return roleEngine ?? "–";
  const manager = roleOrigin === "adopted" ? `${managedBy} (adopted)` : managedBy;
  return roleEngine === null ? manager : `${manager}, ${roleEngine}`;
}

function originText({ origin, serviceAccountManager }: ListedServiceAccount): string {
  return serviceAccountManager === null ? origin : `${origin}, ${serviceAccountManager}`;
}

function stateText({ state, drift, unknown }: ListedServiceAccount): string {
  if (state === "in-sync") return "in sync";
  if (state === "unknown") return `unknown: ${unknown ?? ""}`;
  return `drifted: ${drift.map(({ message }) => message).join("; ")}`;
}

function shortened(policies: readonly string[], inlinePolicies: readonly string[]): string {
  const [first, ...more] = [...policies, ...inlinePolicies.map(inline)];
  if (first === undefined) return "none";
  return more.length === 0 ? first : `${first} +${more.length}`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(",");
}

function inline(name: string): string {
  return `inline:${name}`;
}
