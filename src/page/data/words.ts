import type { GraphEdge, GraphKind, GraphState } from "../../model/access-graph.ts";
import { printable } from "../../model/printable.ts";
import type { IndexedNode } from "./graph-index.ts";

/** What each kind is called: one of them, and several. */
export const KIND_WORDS: Readonly<Record<GraphKind, readonly [one: string, several: string]>> = {
  "aws-account": ["AWS account", "AWS accounts"],
  cluster: ["cluster", "clusters"],
  namespace: ["namespace", "namespaces"],
  workload: ["workload", "workloads"],
  "service-account": ["ServiceAccount", "ServiceAccounts"],
  role: ["role", "roles"],
  policy: ["policy", "policies"],
};

/** What each state means. */
export const STATE_WORDS: Readonly<Record<GraphState, string>> = {
  dangerous: "grants more than it should, or to more ServiceAccounts",
  broken: "a link of the chain is missing or denies access",
  stale: "pods must restart to pick up their role",
  unknown: "could not be read or evaluated",
  works: "all links of the chain work",
  idle: "no problems, and nothing uses it",
};

/** States of an edge that are not mentioned. */
export const ORDINARY: readonly GraphState[] = ["works", "idle"];

/** How one node leads to the other, in words. */
export const EDGE_WORDS: Readonly<Record<GraphEdge["kind"], string>> = {
  contains: "contains",
  "runs-as": "runs as",
  assumes: "can assume",
  attached: "has the",
};

/** No name of AWS or Kubernetes is as long; more than this is not to be looked at, but hides what is. */
const LONGEST_NAME = 300;

/** A name of AWS or the cluster as it is shown: no character of it unseen, of more than 300 the middle left out. */
export function nameText(name: string): string {
  const characters = Array.from(printable(name.slice(0, 2 * LONGEST_NAME)));
  if (characters.length <= LONGEST_NAME) return characters.join("");
  const end = Array.from(printable(name.slice(-LONGEST_NAME))).slice(-LONGEST_NAME / 3);
  return `${characters.slice(0, (LONGEST_NAME * 2) / 3).join("")}…${end.join("")}`;
}

/** `1 ServiceAccount`, `1,234 ServiceAccounts`. */
export function countOf(count: number, [one, several]: readonly [string, string]): string {
  return `${numberText(count)} ${count === 1 ? one : several}`;
}

/** A number with commas between its thousands, whatever the browser's language: the page is in English. */
export function numberText(number: number): string {
  return number.toLocaleString("en-US");
}

/** `2026-11-25 01:00 UTC`; the text itself if it is not a timestamp. */
export function momentText(moment: string): string {
  const [, day, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/.exec(moment) ?? [];
  return day === undefined || minute === undefined ? moment : `${day} ${minute} UTC`;
}

/** Where a node is: `prod / payments`, the cluster alone, or nothing for what belongs to the AWS account. */
export function placeText({ kind, cluster, namespace }: IndexedNode): string {
  const parts = kind === "cluster" ? [] : [cluster, kind === "namespace" ? undefined : namespace];
  return parts
    .filter((part) => part !== undefined)
    .map(nameText)
    .join(" / ");
}
