import { listOf, type PolicyDocument, type Statement } from "./document.ts";
import { exceptingBoth, withoutIssuer } from "./both-issuers.ts";
import { judgeMove, type MoveFault } from "./judge-move.ts";
import { matchesPrincipal } from "./principal.ts";
import { readTrust, type TrustStatement } from "./read.ts";
import { namesIssuer, renameIssuer, spelledOtherwise, type IssuerMove } from "./rename-issuer.ts";
import { sameStatement } from "./same.ts";
import { unlessTooComplex } from "./steps.ts";

/** Whether the new issuer is allowed in addition to the old one, or instead. */
export type MoveWay = "beside" | "replace";

/** Why a trust policy is left to its owner; statements are counted from 0. */
export type MoveProblem =
  /** A statement that names the old issuer can't be read. */
  | { readonly code: "unreadable"; readonly statement: number }
  /** A statement names both issuers so that no rule takes them apart. */
  | { readonly code: "entangled"; readonly statement: number }
  /** A statement has an issuer's provider in other upper and lower case than the move. */
  | { readonly code: "spelled-otherwise"; readonly statement: number; readonly spelling: string }
  /** There are too many callers to try before it can be said that nobody else gets in. */
  | { readonly code: "too-complex" }
  /** The evaluator finds somebody who would get in and did not, or the other way round. */
  | MoveFault;

/** The trust policy after the move, or why it can't be moved by rule. */
export type MovedTrust =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problem: MoveProblem };

/**
 * Moves what a trust policy says of one issuer to another, Allow and Deny alike, and has the evaluator judge the
 * outcome: by the new issuer gets in who got in by the old, and nobody else. Beside: a statement for the new issuer
 * alone is added for each of the old one's. In its place: the names are changed where they stand, and what was added
 * beside goes. Statements that don't name the old issuer stay the very objects that they were; a document that needs
 * no change is returned itself.
 */
export function moveIssuer(document: PolicyDocument, move: IssuerMove, way: MoveWay): MovedTrust {
  const parts = partsOf(document, move);
  const odd = spelling(parts, move);
  if (odd !== undefined) return problem(odd);
  const old = parts.filter(({ names }) => names);
  if (old.length === 0) return { ok: true, document };
  const unreadable = old.find(({ read }) => read.unreadable.length > 0);
  if (unreadable !== undefined) return problem({ code: "unreadable", statement: unreadable.read.index });
  const entangled = old.find(way === "beside" ? isEntangled : ({ renamed }) => renamed === undefined);
  if (entangled !== undefined) return problem({ code: "entangled", statement: entangled.read.index });
  const statements = way === "beside" ? beside(parts) : replaced(parts);
  const after = withStatements(document, statements);
  const fault = unlessTooComplex(() => judgeMove(document, after, move, way));
  if (fault === "too-complex") return problem({ code: fault });
  return fault === undefined ? { ok: true, document: after } : problem(fault);
}

/** The old issuer's provider, or beside it the new one's, as it is not to be found. */
function spelling(parts: readonly Part[], { from, to }: IssuerMove): MoveProblem | undefined {
  const ends = parts.some(({ names }) => names) ? [from, to] : [from];
  for (const { statement, read } of parts)
    for (const end of ends) {
      const found = spelledOtherwise(statement, end);
      if (found !== undefined) return { code: "spelled-otherwise", statement: read.index, spelling: found };
    }
  return undefined;
}

function isEntangled({ mirror }: Part): boolean {
  return mirror === "entangled";
}

function problem(found: MoveProblem): MovedTrust {
  return { ok: false, problem: found };
}

/** A statement of the document, and what the move makes of it. */
interface Part {
  readonly statement: Statement;
  readonly read: TrustStatement;
  /** It names the old issuer. */
  readonly names: boolean;
  /** What is in its place once the old issuer's name is replaced; `undefined` where no rule can tell. */
  readonly renamed: Statement | undefined;
  /**
   * What it says of the old issuer's tokens, said of the new one's alone: `undefined` where nothing is to be said, or is
   * said already.
   */
  readonly mirror: Statement | "entangled" | undefined;
  /** What is in its place beside the old issuer, where one statement has to speak of both. */
  readonly ofBoth?: Statement;
}

function partsOf(document: PolicyDocument, move: IssuerMove): readonly Part[] {
  const variables = document.Version === "2012-10-17";
  const statements = listOf(document.Statement);
  return readTrust(document).flatMap((read) => {
    const statement = statements[read.index];
    return statement === undefined ? [] : [partOf(statement, read, move, variables)];
  });
}

function partOf(statement: Statement, read: TrustStatement, move: IssuerMove, variables: boolean): Part {
  if (!namesIssuer(statement, move.from, variables))
    return { statement, read, names: false, renamed: statement, mirror: undefined };
  if (namesIssuer(statement, move.to, variables)) {
    const renamed = withoutIssuer(statement, move.from, variables);
    return { statement, read, names: true, renamed, mirror: undefined };
  }
  const renamed = renameIssuer(statement, move, variables);
  const ofBoth = exceptingBoth(statement, move, variables);
  if (ofBoth !== undefined) return { statement, read, names: true, renamed, mirror: undefined, ofBoth };
  const mirror = selects(read, move) ? ((renamed && narrowed(renamed, move)) ?? "entangled") : undefined;
  return { statement, read, names: true, renamed, mirror };
}

function selects({ principal: { items, negated } }: TrustStatement, { from }: IssuerMove): boolean {
  const tokens = { type: "Federated", id: from.providerArn } as const;
  return items !== "unreadable" && items.some((entry) => matchesPrincipal(entry, tokens)) !== negated;
}

/** Of the new issuer's tokens alone; without Sid, which must be unique in a document. */
function narrowed(statement: Statement, { to }: IssuerMove): Statement {
  const { Sid: _, NotPrincipal: __, Principal: principal, ...rest } = statement;
  const ids = typeof principal === "object" ? listOf(principal.Federated) : [];
  const single = typeof principal === "object" && Object.keys(principal).length === 1 && ids.length === 1;
  const alone = single && ids[0] === to.providerArn;
  const { Effect, ...others } = rest;
  return { Effect, Principal: alone ? principal : { Federated: to.providerArn }, ...others };
}

/** The statements with those for the new issuer that are not there yet at their end. */
function beside(parts: readonly Part[]): readonly Statement[] {
  const statements = parts.map(({ statement, ofBoth }) => ofBoth ?? statement);
  for (const mirror of mirrorsOf(parts))
    if (!statements.some((one) => sameButSid(one, mirror))) statements.push(mirror);
  return statements;
}

/** The statements with the new issuer in the old one's place. What an earlier run added beside is not needed twice. */
function replaced(parts: readonly Part[]): readonly Statement[] {
  const mirrors = mirrorsOf(parts);
  const isAdded = (one: Statement): boolean => mirrors.some((mirror) => sameStatement(one, mirror));
  const stands = (one: Statement): boolean =>
    parts.some(({ statement }) => statement.Sid !== undefined && sameButSid(statement, one));
  return parts.flatMap(({ statement, names, renamed }) => {
    if (!names) return isAdded(statement) ? [] : [statement];
    return renamed === undefined || stands(renamed) ? [] : [renamed];
  });
}

function mirrorsOf(parts: readonly Part[]): readonly Statement[] {
  return parts.flatMap(({ mirror }) => (mirror === undefined || mirror === "entangled" ? [] : [mirror]));
}

function sameButSid(one: Statement, other: Statement): boolean {
  return sameStatement(withoutSid(one), withoutSid(other));
}

function withoutSid(statement: Statement): Statement {
  const { Sid: _, ...rest } = statement;
  return rest;
}

/** A single statement may be without its list. */
function withStatements(document: PolicyDocument, statements: readonly Statement[]): PolicyDocument {
  const before = listOf(document.Statement);
  const same = statements.length === before.length && statements.every((one, at) => one === before[at]);
  if (same) return document;
  const [only, ...more] = statements;
  const single = !Array.isArray(document.Statement) && only !== undefined && more.length === 0;
  return { ...document, Statement: single ? only : statements };
}
