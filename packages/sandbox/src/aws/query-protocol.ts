import type { Parameter, Parameters } from "./exchange.ts";

interface Branch {
  [name: string]: string | Branch;
}

/**
 * The nested parameters behind a query protocol's flat fields: `Tags.member.1.Key=a` gives `{ Tags: [{ Key: "a" }] }`.
 * Source: Smithy, "AWS Query protocol" (lists as `.member.N`, maps as `.entry.N.key/value`) and "AWS EC2 Query protocol" (lists
 * as `.N`). `Action` and `Version` are left out.
 */
export function decodeQuery(fields: URLSearchParams): Parameters {
  const root: Branch = Object.create(null) as Branch;
  for (const [name, value] of fields) {
    if (name !== "Action" && name !== "Version" && !name.startsWith("X-Amz-"))
      plant(root, name.split("."), value);
  }
  return fold(root) as Parameters;
}

function plant(branch: Branch, path: readonly string[], value: string): void {
  const [head = "", ...rest] = path;
  if (rest.length === 0) {
    branch[head] = value;
    return;
  }
  const next = branch[head];
  const child = typeof next === "object" ? next : (Object.create(null) as Branch);
  branch[head] = child;
  plant(child, rest, value);
}

function fold(value: string | Branch): Parameter {
  if (typeof value === "string") return value;
  const { member } = value;
  if (typeof member === "object") return byNumber(member).map(fold);
  if (Object.keys(value).every((name) => /^[1-9]\d*$/.test(name))) return byNumber(value).map(fold);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fold(inner)]));
}

function byNumber(members: Branch): (string | Branch)[] {
  return Object.entries(members)
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, value]) => value);
}
