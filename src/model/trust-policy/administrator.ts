import type { PolicyDocument } from "./document.ts";
import { matchesWildcard } from "./match.ts";
import { isObject, toList, toStrings, type Json } from "./shape.ts";

/** Several rules ask of the same policies. */
const ANSWERED = new WeakMap<PolicyDocument, { readonly reason: string | undefined }>();

/**
 * Why an identity policy makes whoever holds it an administrator: it allows `*` or `iam:*`, in whatever spelling, on
 * every resource. `undefined` if it does not. Deny statements and conditions are not weighed: this is a guard against
 * accidents, and errs towards saying so.
 */
export function administratorLike(document: PolicyDocument): string | undefined {
  const before = ANSWERED.get(document);
  if (before !== undefined) return before.reason;
  const reasons = toList(document.Statement).map((statement) =>
    isObject(statement) ? reasonIn(statement) : undefined,
  );
  const reason = reasons.find((one) => one !== undefined);
  ANSWERED.set(document, { reason });
  return reason;
}

function reasonIn(statement: Json): string | undefined {
  if (statement["Effect"] !== "Allow") return undefined;
  const actions = reach(statement, "Action", isAdministration);
  const resources = reach(statement, "Resource", isEverything);
  return actions === undefined || resources === undefined
    ? undefined
    : `it allows ${actions} on ${resources}`;
}

/** What `Name` takes in, if that is the whole; or what `NotName` leaves out, if that is not the whole. */
function reach(statement: Json, name: string, isWhole: (pattern: string) => boolean): string | undefined {
  const negated = statement[`Not${name}`] !== undefined;
  const patterns = toStrings(statement[negated ? `Not${name}` : name]);
  const whole = patterns.find(isWhole);
  if (!negated) return whole === undefined ? undefined : `'${whole}'`;
  return whole === undefined ? `everything but ${patterns.map((one) => `'${one}'`).join(", ")}` : undefined;
}

// Stands for any name: no literal character of a pattern is one of these, so only wildcards can match it, and of two lengths only `*`.
const NAMES = ["\0".repeat(7), "\0".repeat(60)];

/** `iam:*`, or what takes it in, as `*`. */
function isAdministration(action: string): boolean {
  return action.includes("*") && NAMES.every((name) => matchesWildcard(action.toLowerCase(), `iam:${name}`));
}

/** `*`, or what takes in every resource that IAM has, in the pattern's own partition and account. */
function isEverything(resource: string): boolean {
  if (!/[*?]$/.test(resource)) return false;
  // A component with wildcards matches itself.
  const [, partition = "aws", , , awsAccount] = resource.split(":");
  const arn = `arn:${partition}:iam::${awsAccount || "111122223333"}`;
  return NAMES.every((name) => matchesWildcard(resource, `${arn}:${name}`));
}
