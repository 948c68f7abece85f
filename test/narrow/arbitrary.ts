import * as fc from "fast-check";
import type { ServiceUse } from "../../src/model/last-accessed.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { evaluateIdentity } from "../../src/model/trust-policy/identity-policy.ts";
import { contextOf, type TrustRequest } from "../../src/model/trust-policy/request.ts";
import type { ActionNames } from "../../src/narrow/action-names.ts";
import type { RolePolicy } from "../../src/narrow/narrow-policies.ts";

/** The names of AWS's actions that are published. */
export const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  s3: ["CreateBucket", "DeleteBucket", "GetObject", "ListBucket", "PutObject"],
  sqs: ["CreateQueue", "DeleteQueue", "SendMessage"],
  iam: ["GetRole", "PassRole"],
};
/** The same as `narrow` has them. */
export const NAMES: ActionNames = {
  services: Object.keys(PUBLISHED).toSorted(),
  of: (service) => PUBLISHED[service],
};

/** With a service that the list does not have; every action that AWS has, as far as these worlds go. */
const REAL: Readonly<Record<string, readonly string[]>> = { ...PUBLISHED, new: ["CreateThing", "GetThing"] };
const ACTIONS = Object.entries(REAL).flatMap(([service, names]) => names.map((name) => `${service}:${name}`));
const RESOURCES = ["arn:aws:s3:::a/x", "arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/me", "*"];

const PATTERNS = [
  ...ACTIONS,
  ...ACTIONS.map((action) => action.toUpperCase()),
  "*",
  "**",
  "s3:*",
  "S3:*",
  "s3:Get*",
  "s3:*Bucket",
  "s?s:*",
  "s*:*",
  "*:Create*",
  "*Queue",
  "s3*",
  "new:*",
  "new:Get*",
  "iam:?etRole",
  "iam:*",
  "other:*",
  "nonsense",
  "sqs:?e*",
];

const oneOrMany = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 4 }));

const actionPart = fc.oneof(
  { weight: 4, arbitrary: oneOrMany(fc.constantFrom(...PATTERNS)).map((Action) => ({ Action })) },
  { weight: 1, arbitrary: oneOrMany(fc.constantFrom(...PATTERNS)).map((NotAction) => ({ NotAction })) },
);

const resourcePart = fc.oneof(
  oneOrMany(fc.constantFrom(...RESOURCES, "arn:aws:s3:::a/*")).map((Resource) => ({ Resource })),
  fc.constantFrom(...RESOURCES).map((NotResource) => ({ NotResource })),
);

const conditionPart = fc.constantFrom(
  {},
  {},
  { Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } },
  { Condition: { StringLike: { "aws:username": "m*" } } },
);

const statement = fc
  .tuple(
    fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
    actionPart,
    resourcePart,
    conditionPart,
    fc.constantFrom({}, { Sid: "A" }),
  )
  .map(([Effect, action, resource, condition, sid]) => ({
    ...sid,
    Effect,
    ...action,
    ...resource,
    ...condition,
  }));

const document: fc.Arbitrary<PolicyDocument> = fc
  .tuple(
    fc.constantFrom({}, { Version: "2008-10-17" }, { Version: "2012-10-17" }),
    fc.array(statement, { minLength: 1, maxLength: 4 }),
  )
  .map(([version, Statement]) => ({ ...version, Statement }));

/** Policies of a role; the proposal is written over the first. */
export const policies = fc.array(document, { minLength: 1, maxLength: 3 }).map((documents) =>
  documents.map((one, index): RolePolicy => ({
    policy: { inline: `p${index}` },
    document: one,
    ...(index === 0 && { isOverwritten: true }),
  })),
);

const time = fc.option(fc.constant("2026-11-19T08:00:00.000Z"), { nil: undefined });

/** What AWS reports; names that are none are an attempt to widen. */
export const use: fc.Arbitrary<readonly ServiceUse[]> = fc
  .tuple(
    ...[...Object.keys(REAL), "*"].map((service) =>
      fc.tuple(
        fc.constant(service),
        fc.boolean(),
        time,
        fc.array(fc.tuple(fc.constantFrom(...(REAL[service] ?? []), "*", "G?t*"), time), { maxLength: 6 }),
      ),
    ),
  )
  .map((services) =>
    services.flatMap(([service, isReported, lastUsed, actions]): ServiceUse[] =>
      isReported
        ? [
            {
              service,
              ...(lastUsed !== undefined && { lastUsed }),
              actions: actions.map(([name, last]) => ({
                name,
                ...(last !== undefined && { lastUsed: last }),
              })),
            },
          ]
        : [],
    ),
  );

const CONTEXTS = [
  {},
  { "aws:RequestedRegion": "eu-west-1", "aws:username": "you" },
  { "aws:RequestedRegion": "us-east-1", "aws:username": "me" },
];

/** Whether an action on a resource is allowed. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly request: TrustRequest;
}

/** What is asked of them. */
export const QUESTIONS: readonly Question[] = ACTIONS.flatMap((action) =>
  RESOURCES.flatMap((resource) =>
    (["absent", "unknown"] as const).flatMap((others) =>
      CONTEXTS.map((context) => ({
        action,
        resource,
        request: {
          principal: { type: "AWS", arn: "arn:aws:iam::111122223333:role/r", awsAccount: "111122223333" },
          action,
          context: contextOf(context),
          others,
        },
      })),
    ),
  ),
);

/** Some of the questions. */
export const some = fc.subarray([...QUESTIONS], { minLength: 20, maxLength: 40 });

/** From what is certainly refused to what is certainly allowed. */
export function allowance(documents: readonly PolicyDocument[], { request, resource }: Question): number {
  const { allowed, denied } = evaluateIdentity(documents, request, resource);
  if (denied === "yes" || allowed === "no") return 0;
  return allowed === "unknown" || denied === "unknown" ? 1 : 2;
}

/** Their documents. */
export const documentsIn = (all: readonly RolePolicy[]) => all.flatMap(({ document: one }) => one ?? []);
