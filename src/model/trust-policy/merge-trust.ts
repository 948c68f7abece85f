import { listOf, type PolicyDocument, type Statement } from "./document.ts";
import { canonicalStatement, sameDocument } from "./same.ts";

/** The result of merging two concurrent changes of a trust policy. */
export interface MergedTrust {
  /** What both wanted; `theirs` itself where nothing of ours is missing in it. */
  readonly document: PolicyDocument;
  /** Statements that were there before and that they have removed or changed, and we have not. */
  readonly theyRemoved: readonly Statement[];
  /** Statements that they have removed or changed, and so have we: which of the two is meant, nobody can tell. */
  readonly contested: readonly Statement[];
}

/**
 * Merges two edits of one trust policy, statement by statement: what either added is there, what either removed is not,
 * and everything else stays. Theirs keeps its order and its other elements, as `Version` and `Id`, which we never edit.
 * @param base what both started from
 * @param ours what we made of it
 * @param theirs what they made of it, or of both
 */
export function mergeTrust(base: PolicyDocument, ours: PolicyDocument, theirs: PolicyDocument): MergedTrust {
  const [before, mine, others] = [base, ours, theirs].map(statementsOf) as [
    Statements,
    Statements,
    Statements,
  ];
  const added = missingIn(mine, before);
  const removed = missingIn(before, mine);
  const theyRemoved = missingIn(before, others);
  const kept = listOf(theirs.Statement).filter((one) => !removed.has(canonicalStatement(one)));
  // By an earlier merge, ours may have lost its Sid to another.
  const named = new Set(kept.map((one) => canonicalStatement(withoutSid(one))));
  const lacking = [...added.values()].filter((one) => !named.has(canonicalStatement(withoutSid(one))));
  const merged = { ...theirs, Statement: [...kept, ...withFreeSids(lacking, kept)] };
  return {
    document: sameDocument(merged, theirs) ? theirs : merged,
    theyRemoved: [...theyRemoved].filter(([key]) => !removed.has(key)).map(([, statement]) => statement),
    contested: sameDocument(ours, theirs) ? [] : contested(),
  };

  /** Where they did just what we did, they have only done it, too. */
  function contested(): readonly Statement[] {
    const both = [...removed].filter(([key]) => theyRemoved.has(key));
    return lacking.length === 0 ? [] : both.map(([, statement]) => statement);
  }
}

/** The statements by what they say; two that say the same are one. */
type Statements = ReadonlyMap<string, Statement>;

function statementsOf({ Statement: statements }: PolicyDocument): Statements {
  return new Map(listOf(statements).map((one) => [canonicalStatement(one), one]));
}

function missingIn(some: Statements, others: Statements): Statements {
  return new Map([...some].filter(([key]) => !others.has(key)));
}

/** A Sid is unique in a document: of two statements that have one, the one that was there keeps it; two that say the same without it are one. */
function withFreeSids(statements: readonly Statement[], others: readonly Statement[]): readonly Statement[] {
  const taken = new Set(others.flatMap(({ Sid }) => Sid ?? []));
  const isFree = ({ Sid }: Statement) => Sid === undefined || !taken.has(Sid);
  const free = statements.filter(isFree);
  const named = new Set(free.map((one) => canonicalStatement(withoutSid(one))));
  const freed = statementsOf({ Statement: statements.filter((one) => !isFree(one)).map(withoutSid) });
  return [...free, ...[...freed].filter(([key]) => !named.has(key)).map(([, statement]) => statement)];
}

function withoutSid(statement: Statement): Statement {
  const { Sid: _, ...rest } = statement;
  return rest;
}
