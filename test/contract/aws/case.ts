import { expect } from "vitest";
import type { Divergences } from "../divergence.ts";
import type { PrincipalName } from "../../worlds/aws-world.ts";
import type { Action } from "./actions.ts";
import type { WorldName } from "./world.ts";

/** Something that AWS does, told in calls, in an empty account of its own. */
export interface Case {
  readonly name: string;
  /** Where it is documented. */
  readonly source: string;
  /** Clusters that are there; their issuer is `{issuer}`. */
  readonly clusters?: readonly string[];
  readonly steps: readonly Step[];
}

/**
 * A call, and the right answer. In all strings, `{name}` stands for what an earlier step kept by that name, for
 * `{account}`, `{region}` and `{issuer}`, and for the tokens of tokens.ts.
 */
export interface Step extends Expected {
  readonly call: Action;
  readonly input?: object;
  /** The key to sign with; the admin's by default. */
  readonly as?: PrincipalName | "nobody" | "wrong";
  /** Values of the answer to keep: name → path. */
  readonly keep?: Readonly<Record<string, string>>;
  readonly diverges?: Divergences<WorldName, Expected>;
}

/** An answer: what it holds, at least (asymmetric matchers may be in it), or a refusal. */
export interface Expected {
  readonly answer?: object;
  readonly refused?: Refusal;
}

/** A refusal as the SDK throws it: `name` is the error's code, with `Exception` where the model adds it. */
export interface Refusal {
  readonly status: unknown;
  readonly name: unknown;
  readonly message: unknown;
}

/** The refusal with these parts. */
export function refused(status: number, name: string, message: unknown): Expected {
  return { refused: { status, name, message } };
}

/** IAM's refusal of something that is not there. */
export function noSuchEntity(message: unknown): Expected {
  return refused(404, "NoSuchEntityException", message);
}

/** The refusal of a parameter that breaks its constraint. */
export function invalid(message: unknown): Expected {
  return refused(400, "ValidationError", message);
}

/** The refusal of a policy document. */
export function malformed(message: unknown): Expected {
  return refused(400, "MalformedPolicyDocumentException", message);
}

/** The refusal of more than a quota allows. */
export function exceeded(message: unknown): Expected {
  return refused(409, "LimitExceededException", message);
}

/** A trust policy that admits the account `team/app` by `{provider}`, or one whose statement is changed. */
export function trust(changes: object = {}): string {
  const host = "oidc.eks.eu-west-1.amazonaws.com/id/CONTRACT";
  return document({
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${host}:aud`]: "sts.amazonaws.com",
        [`${host}:sub`]: "system:serviceaccount:team:app",
      },
    },
    ...changes,
  });
}

/** A policy that grants something, or one whose statement is changed. */
export function permissions(changes: object = {}): string {
  return document({ Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...changes });
}

/** A policy of one statement. */
export function document(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** A document as IAM answers it: URL-encoded, of which worlds encode more or less. */
export function encoded(document: string): unknown {
  return expect.toSatisfy((answered: string) => decodeURIComponent(answered) === document);
}

/** The call that makes the role `app`, or one that is changed. */
export function createRole(changes: object = {}, expected: Partial<Step> = {}): Step {
  const input = { RoleName: "app", AssumeRolePolicyDocument: trust(), ...changes };
  return { call: "iam:CreateRole", input, ...expected };
}

/** The call that makes the issuer's provider, or one that is changed; it keeps `{provider}`. */
export function createProvider(changes: object = {}, expected: Partial<Step> = {}): Step {
  const input = { Url: "{issuer}", ClientIDList: ["sts.amazonaws.com"], ...changes };
  return { call: "iam:CreateOpenIDConnectProvider", input, ...expected };
}

/** Where moto answers otherwise. @param because what it does, as the rest of a sentence that begins with "moto" */
export function motoSays(expected: Expected, because: string): Pick<Step, "diverges"> {
  return { diverges: { moto: { ...expected, because: `moto ${because}` } } };
}

/** Where moto takes what is to be refused, or answers anything else than a refusal. */
export function motoTakes(because: string): Pick<Step, "diverges"> {
  return motoSays({}, because);
}

/** Steps whose operations moto does not have: it fails without an error of AWS's kind. */
export function motoLacks(what: string, steps: readonly Step[]): readonly Step[] {
  const failure = {
    status: expect.toBeOneOf([404, 500]),
    name: expect.any(String),
    message: expect.any(String),
  };
  return steps.map((step) => ({ ...step, ...motoSays({ refused: failure }, `does not have ${what}`) }));
}
