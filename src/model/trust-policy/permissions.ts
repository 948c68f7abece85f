import { listOf, type PolicyDocument, type Statement } from "./document.ts";
import { canonicalStatement } from "./same.ts";
import { isObject, toList } from "./shape.ts";

/** One permission or denial: what is allowed or denied on what, and when; both as texts for comparison. */
interface Permission {
  readonly what: string;
  /** Empty: always. */
  readonly when: string;
}

/** What some policy documents allow and deny together, however it is spread over documents and statements. */
export interface Permissions {
  /** True if all that the statement says is said. */
  includes(statement: Statement, version: string | undefined): boolean;
}

/** What the documents say together. */
export function permissionsIn(documents: readonly PolicyDocument[]): Permissions {
  const said = new Set(
    documents.flatMap(({ Version, Statement: statements }) =>
      listOf(statements).flatMap((statement) => permissionsOf(statement, Version).map(keyOf)),
    ),
  );
  return {
    // What holds always holds under a condition too.
    includes: (statement, version) =>
      permissionsOf(statement, version).every(
        (one) => said.has(keyOf(one)) || said.has(keyOf({ ...one, when: "" })),
      ),
  };
}

/** True if the documents together say all that the one says. */
export function includesAll(
  permissions: Permissions,
  { Version, Statement: statements }: PolicyDocument,
): boolean {
  return listOf(statements).every((statement) => permissions.includes(statement, Version));
}

/** True if the first documents together say the very same as the others do. */
export function samePermissions(ones: readonly PolicyDocument[], others: readonly PolicyDocument[]): boolean {
  const [one, other] = [permissionsIn(ones), permissionsIn(others)];
  return (
    ones.every((document) => includesAll(other, document)) &&
    others.every((document) => includesAll(one, document))
  );
}

/** So many pairs of an action and a resource are distinguished in one statement; one with more is compared whole. */
const MOST_PAIRS = 4_096;

/**
 * A permission for each pair of an action and a resource; a statement of another shape is one, whole. Its Sid does not
 * count, since IAM does nothing by it.
 */
function permissionsOf(statement: Statement, version: string | undefined): readonly Permission[] {
  const { Sid: _, ...rest } = statement;
  const language = languageOf(rest, version);
  const { Effect, Action, Resource, Condition, ...more } = rest;
  const [actions, resources] = [toList(Action), toList(Resource)];
  const isPlain =
    Object.keys(more).length === 0 &&
    [...actions, ...resources].every(isText) &&
    (Condition === undefined || isObject(Condition));
  const pairs = actions.length * resources.length;
  if (!isPlain || pairs === 0 || pairs > MOST_PAIRS)
    return [{ what: `${language} ${canonicalStatement(rest)}`, when: "" }];
  const isAlways = Condition === undefined || Object.keys(Condition).length === 0;
  const when = isAlways ? "" : canonicalStatement({ Condition });
  return actions.flatMap((action) =>
    resources.map((resource) => ({
      what: JSON.stringify([language, Effect, String(action).toLowerCase(), resource]),
      when,
    })),
  );
}

/** The versions of the language differ in one thing: whether `${…}` is a variable. Without one, both say the same. */
function languageOf(statement: Statement, version: string = "2008-10-17"): string {
  return JSON.stringify(statement).includes("${") ? version : "";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function keyOf({ what, when }: Permission): string {
  return `${what} ${when}`;
}
