import type { PolicyDocument } from "./document.ts";
import { evaluateStatements, type TrustEvaluation } from "./evaluate.ts";
import { callersOf, circumstancesOf, type Token } from "./move-callers.ts";
import { readTrust, type TrustStatement } from "./read.ts";
import type { IssuerMove, IssuerName } from "./rename-issuer.ts";
import { webIdentityRequest, type TrustRequest, type WebIdentity } from "./request.ts";

/** Whom a moved trust policy would let in who did not get in before, or the other way round. */
export interface MoveFault {
  readonly code: "lets-in" | "shuts-out";
  /** Whose tokens, or which principal. */
  readonly issuer: "old" | "new" | "other";
  /** The token's subject, or the principal's name. */
  readonly subject: string;
  /** The token's audience; absent for a principal without token. */
  readonly audience?: string;
}

/**
 * Puts the callers that a trust policy speaks of, and their nearest neighbours, to it before and after a move. By the
 * new issuer gets in who did by it or by the old one; by the old one who did, or fewer where it is replaced; for
 * everybody else nothing may change. The first caller who speaks against it; `undefined` if none does.
 */
export function judgeMove(
  before: PolicyDocument,
  after: PolicyDocument,
  move: IssuerMove,
  way: "beside" | "replace",
): MoveFault | undefined {
  const [was, is] = [readTrust(before), readTrust(after)];
  const callers = callersOf([...was, ...is], move);
  for (const token of callers.tokens) {
    const fault =
      judgeToken(token) ??
      // What is decided without knowing more is decided so under all circumstances.
      (isOpen(token)
        ? first(circumstancesOf([...was, ...is], token), (facts) => judgeToken({ ...token, facts }))
        : undefined);
    if (fault !== undefined) return { ...fault, ...token };
  }
  return first(callers.principals, ({ name, request }) => {
    const fault = compare("other", judgedBy(was, is, request));
    return fault && { ...fault, subject: name };
  });

  function isOpen(token: Token): boolean {
    const judged = [move.from, move.to, ...callers.issuers].flatMap((issuer) =>
      bothOf(judgedBy(was, is, webIdentityRequest({ ...issuer, ...token }))),
    );
    return judged.some(({ verdict }) => verdict === "conditional");
  }

  function judgeToken(token: Token & Pick<WebIdentity, "facts">): Fault | undefined {
    const judged = (issuer: IssuerName): Judged =>
      judgedBy(was, is, webIdentityRequest({ ...issuer, ...token }));
    const old = judged(move.from);
    const own = judged(move.to);
    return (
      compareNew(old.was, own.was, own.is) ??
      compareOld(old, way) ??
      first(callers.issuers, (issuer) => compare("other", judged(issuer)))
    );
  }
}

type Fault = Pick<MoveFault, "code" | "issuer">;

const RANK = { deny: 0, conditional: 1, allow: 2 } as const;

/** What a request is told before and after. */
interface Judged {
  readonly was: TrustEvaluation;
  readonly is: TrustEvaluation;
}

function bothOf({ was, is }: Judged): readonly TrustEvaluation[] {
  return [was, is];
}

function judgedBy(
  was: readonly TrustStatement[],
  is: readonly TrustStatement[],
  request: TrustRequest,
): Judged {
  return { was: evaluateStatements(was, request), is: evaluateStatements(is, request) };
}

function compare(issuer: Fault["issuer"], { was, is }: Judged): Fault | undefined {
  const more = RANK[is.verdict] - RANK[was.verdict];
  if (more !== 0) return { code: more > 0 ? "lets-in" : "shuts-out", issuer };
  return was.unknownKeys.join() === is.unknownKeys.join() ? undefined : { code: "lets-in", issuer };
}

/** Where both issuers' tokens hang on something, either may be what the new one's hangs on now. */
function compareNew(old: TrustEvaluation, own: TrustEvaluation, now: TrustEvaluation): Fault | undefined {
  const both = old.verdict === "conditional" && own.verdict === "conditional";
  if (both && now.verdict === "conditional") return undefined;
  return compare("new", { was: RANK[own.verdict] > RANK[old.verdict] ? own : old, is: now });
}

function compareOld(judged: Judged, way: "beside" | "replace"): Fault | undefined {
  const fault = compare("old", judged);
  return way === "replace" && fault?.code === "shuts-out" ? undefined : fault;
}

function first<T, Found>(items: readonly T[], find: (item: T) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
