import type { PolicyDocument } from "./document.ts";
import { evaluateStatements, type TrustEvaluation } from "./evaluate.ts";
import { matchesAction } from "./match.ts";
import { callersOf, circumstancesOf, type Token } from "./move-callers.ts";
import { matchesPrincipal } from "./principal.ts";
import { readTrust, type Selection, type TrustStatement } from "./read.ts";
import type { IssuerMove, IssuerName } from "./rename-issuer.ts";
import { webIdentityRequest, WEB_IDENTITY_ACTION, type TrustRequest, type WebIdentity } from "./request.ts";
import { Steps, stepsOf } from "./steps.ts";

/** Whom a moved trust policy would allow in addition, or no longer allow. */
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
 * Puts the callers that a trust policy speaks of, and their nearest neighbors, to it before and after a move. By the
 * new issuer gets in who did by it or by the old one; by the old one who did, or fewer where it is replaced; for
 * everybody else nothing may change. The first caller who speaks against it; `undefined` if none does.
 * @throws TooComplex where there are too many of them
 */
export function judgeMove(
  before: PolicyDocument,
  after: PolicyDocument,
  move: IssuerMove,
  way: "beside" | "replace",
  steps: Steps = new Steps(),
): MoveFault | undefined {
  const [was, is] = [readTrust(before), readTrust(after)];
  const all = [...was, ...is];
  const callers = callersOf(all, move, steps);
  const [old, own] = [scopeOf(move.from), scopeOf(move.to)];
  const others = callers.issuers.map(scopeOf);
  for (const token of callers.tokens) {
    const { fault: plain, isOpen } = judgeToken(token);
    const fault =
      plain ??
      // What is decided without knowing more is decided so under all circumstances. Where only the verdict before the
      // move depended on more, it is a fault by now, or the old issuer's tokens are no longer accepted at all.
      (isOpen
        ? first(circumstancesOf(all, token, steps), (facts) => judgeToken({ ...token, facts }).fault)
        : undefined);
    if (fault !== undefined) return { ...fault, ...token };
  }
  return first(callers.principals, ({ name, request }) => {
    steps.spend(stepsOf(all));
    const fault = compare("other", judgedBy(was, is, request));
    return fault && { ...fault, subject: name };
  });

  function judgeToken(token: Token & Pick<WebIdentity, "facts">): {
    fault?: Fault | undefined;
    isOpen: boolean;
  } {
    const byOld = judged(old, token);
    const byOwn = judged(own, token);
    const byOthers = others.map((scope) => judged(scope, token));
    const fault =
      compareNew(byOld.was, byOwn.was, byOwn.is) ??
      compareOld(byOld, way) ??
      first(byOthers, (one) => compare("other", one));
    return { fault, isOpen: [byOld, byOwn, ...byOthers].some(({ is }) => is.verdict === "conditional") };
  }

  function judged(scope: Scope, token: Token & Pick<WebIdentity, "facts">): Judged {
    steps.spend(scope.steps);
    return judgedBy(scope.was, scope.is, webIdentityRequest({ ...scope.issuer, ...token }));
  }

  function scopeOf(issuer: IssuerName): Scope {
    steps.spend(stepsOf(all));
    const own = (trust: readonly TrustStatement[]) => trust.filter((one) => mayApply(one, issuer));
    const scope = { issuer, was: own(was), is: own(is) };
    return { ...scope, steps: stepsOf(scope.was) + stepsOf(scope.is) };
  }
}

/** The statements that an issuer's tokens can come under at all, before and after: most name other issuers. */
interface Scope {
  readonly issuer: IssuerName;
  readonly was: readonly TrustStatement[];
  readonly is: readonly TrustStatement[];
  /** What it costs to put a token to both. */
  readonly steps: number;
}

function mayApply({ principal, action }: TrustStatement, { providerArn }: IssuerName): boolean {
  const provider = { type: "Federated", id: providerArn } as const;
  return (
    maySelect(principal, (entry) => matchesPrincipal(entry, provider)) &&
    maySelect(action, (pattern) => matchesAction([pattern], WEB_IDENTITY_ACTION))
  );
}

function maySelect<T>({ items, negated }: Selection<T>, matches: (item: T) => boolean): boolean {
  return items === "unreadable" || items.some(matches) !== negated;
}

type Fault = Pick<MoveFault, "code" | "issuer">;

const RANK = { deny: 0, conditional: 1, allow: 2 } as const;

/** What a request is told before and after. */
interface Judged {
  readonly was: TrustEvaluation;
  readonly is: TrustEvaluation;
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
  if (more < 0) return { code: "shuts-out", issuer };
  const same = more === 0 && was.unknownKeys.join() === is.unknownKeys.join();
  return same ? undefined : { code: "lets-in", issuer };
}

/** If both issuers' tokens depend on unknown keys, the new one's may depend on any that either depends on. */
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
