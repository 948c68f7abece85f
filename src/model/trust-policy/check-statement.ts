import { checkCondition } from "./check-condition.ts";
import { checkPrincipal } from "./check-principal.ts";
import {
  checkStrings,
  isObject,
  problem,
  shown,
  unknownElements,
  type Json,
  type PolicyKind,
  type PolicyProblem,
} from "./shape.ts";

const ELEMENTS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/** What IAM would refuse in one statement. Source: IAM User Guide, "Grammar of the IAM JSON policy language". */
export function checkStatement(path: string, statement: unknown, kind: PolicyKind): readonly PolicyProblem[] {
  if (!isObject(statement)) return problem(path, `must be a JSON object, not ${shown(statement)}`);
  return [
    ...unknownElements(path, statement, ELEMENTS),
    ...checkSid(`${path}.Sid`, statement["Sid"]),
    ...checkEffect(`${path}.Effect`, statement["Effect"]),
    ...(kind === "trust" ? trustElements(path, statement) : identityElements(path, statement)),
    ...checkCondition(`${path}.Condition`, statement["Condition"]),
  ];
}

/** A trust policy says who, and by which action of STS; its resource is the role. */
function trustElements(path: string, statement: Json): readonly PolicyProblem[] {
  return [
    ...forbidden(
      path,
      statement,
      ["Resource", "NotResource"],
      "is not allowed in a trust policy, whose resource is the role",
    ),
    ...forbidden(path, statement, ["NotPrincipal"], "is not supported in trust policies: use Principal"),
    ...(statement["NotPrincipal"] === undefined
      ? required(path, statement, "Principal", checkPrincipal)
      : []),
    ...eitherOr(path, statement, "Action", checkTrustAction),
  ];
}

/** An identity policy says what, on which resources; its principal is whoever holds it. */
function identityElements(path: string, statement: Json): readonly PolicyProblem[] {
  const message = "is not allowed in an identity policy, whose principal is the role that it is attached to";
  return [
    ...forbidden(path, statement, ["Principal", "NotPrincipal"], message),
    ...eitherOr(path, statement, "Action", checkAction),
    ...eitherOr(path, statement, "Resource", checkResource),
  ];
}

function checkSid(path: string, sid: unknown): readonly PolicyProblem[] {
  if (sid === undefined || (typeof sid === "string" && /^[A-Za-z0-9]*$/.test(sid))) return [];
  return problem(path, `must be letters and digits, not ${shown(sid)}`);
}

function checkEffect(path: string, effect: unknown): readonly PolicyProblem[] {
  if (effect === "Allow" || effect === "Deny") return [];
  if (effect === undefined) return problem(path, `is missing: "Allow" or "Deny"`);
  return problem(path, `must be "Allow" or "Deny", not ${shown(effect)}`);
}

function forbidden(
  path: string,
  statement: Json,
  names: readonly string[],
  message: string,
): readonly PolicyProblem[] {
  return names
    .filter((name) => statement[name] !== undefined)
    .flatMap((name) => problem(`${path}.${name}`, message));
}

type CheckString = (path: string, text: string) => readonly PolicyProblem[];

function required(
  path: string,
  statement: Json,
  name: string,
  check: (path: string, value: unknown) => readonly PolicyProblem[],
): readonly PolicyProblem[] {
  const at = `${path}.${name}`;
  return statement[name] === undefined ? problem(at, "is missing") : check(at, statement[name]);
}

/** `Name` and `NotName` exclude one another, and one of them must be there. */
function eitherOr(
  path: string,
  statement: Json,
  name: string,
  checkOne: CheckString,
): readonly PolicyProblem[] {
  const negation = `Not${name}`;
  if (statement[negation] === undefined) {
    return required(path, statement, name, (at, value) => checkStrings(at, value, checkOne));
  }
  const both = statement[name] === undefined ? [] : problem(`${path}.${negation}`, `excludes ${name}`);
  return [...both, ...checkStrings(`${path}.${negation}`, statement[negation], checkOne)];
}

function checkAction(path: string, action: string): readonly PolicyProblem[] {
  if (action === "*" || /^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) return [];
  return problem(path, `must be an action such as s3:GetObject, not ${shown(action)}`);
}

function checkTrustAction(path: string, action: string): readonly PolicyProblem[] {
  if (/^sts:[A-Za-z*?]+$/i.test(action)) return [];
  return problem(path, `must be an STS action such as sts:AssumeRoleWithWebIdentity, not ${shown(action)}`);
}

function checkResource(path: string, resource: string): readonly PolicyProblem[] {
  if (resource === "*" || /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(resource)) return [];
  return problem(path, `must be an ARN or "*", not ${shown(resource)}`);
}
