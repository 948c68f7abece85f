import { randomUUID } from "node:crypto";
import type { PolicyDocument } from "./document.ts";
import { evaluateStatements } from "./evaluate.ts";
import { readTrust, type TrustStatement } from "./read.ts";
import { contextOf, type TrustRequest } from "./request.ts";
import { isObject, toList } from "./shape.ts";
import type { Truth } from "./truth.ts";

/** What the policies of a role say to a request on a resource. */
export interface IdentityEvaluation {
  readonly allowed: Truth;
  /** Whether a Deny statement applies. */
  readonly denied: Truth;
}

/**
 * The resource as a condition key, which no request of AWS has. Whoever writes a policy can't know it: with a condition on it, or
 * a variable, a statement would have the resource for a value that AWS does not give it.
 */
const RESOURCE = `irsa:resource/${randomUUID()}`;

/**
 * Judges a request by identity policies, as the evaluator of trust policies does: an identity policy differs in that it
 * names a resource in place of a principal, which is the same as a condition on the resource.
 */
export function evaluateIdentity(
  documents: readonly PolicyDocument[],
  request: TrustRequest,
  resource: string,
): IdentityEvaluation {
  const statements = documents.flatMap(identityStatements);
  const asked = {
    ...request,
    context: new Map([...request.context, ...contextOf({ [RESOURCE]: resource })]),
  };
  const [allows, denies] = [
    evaluateStatements(
      statements.filter(({ effect }) => effect === "Allow"),
      asked,
    ),
    evaluateStatements(
      statements.filter(({ effect }) => effect !== "Allow"),
      asked,
    ),
  ];
  const mayDeny = denies.statements.some(({ applies }) => applies === "unknown");
  return {
    allowed: VERDICTS[allows.verdict],
    denied: denies.explicit ? "yes" : mayDeny ? "unknown" : "no",
  };
}

/** Documents are put to many requests. */
const READ = new WeakMap<PolicyDocument, readonly TrustStatement[]>();

/** The statements of an identity policy as the evaluator takes them. */
export function identityStatements(document: PolicyDocument): readonly TrustStatement[] {
  let read = READ.get(document);
  if (read === undefined) READ.set(document, (read = readTrust(aboutResource(document))));
  return read;
}

const VERDICTS = { allow: "yes", conditional: "unknown", deny: "no" } as const;

/** The document with each statement's resources made a condition, for whoever asks. */
function aboutResource({ Version, Statement: statements }: PolicyDocument): unknown {
  return {
    ...(Version !== undefined && { Version }),
    Statement: toList(statements).map((raw: unknown) => {
      if (!isObject(raw)) return raw;
      const { Resource, NotResource, Condition = {}, ...rest } = raw;
      const [operator, values = []] =
        NotResource === undefined ? ["StringLike", Resource] : ["StringNotLike", NotResource];
      return { ...rest, Principal: "*", Condition: withKey(Condition, operator, values) };
    }),
  };
}

/** The condition block with one more key; what is not one stays as it is, and is told as unreadable. */
function withKey(block: unknown, operator: string, values: unknown): unknown {
  if (!isObject(block)) return block;
  const before = block[operator];
  if (before !== undefined && !isObject(before)) return block;
  return { ...block, [operator]: { ...before, [RESOURCE]: values } };
}
