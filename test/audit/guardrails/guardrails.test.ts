import { describe, expect, it } from "vitest";
import { guardrailsOf } from "../../../src/audit/guardrails/guardrails.ts";
import type { ProviderArn, RoleArn } from "../../../src/model/arn.ts";
import type { SubjectLevel } from "../../../src/model/guardrails.ts";
import type { IssuerHostPath } from "../../../src/model/issuer.ts";
import type { ConditionBlock, PolicyDocument, Principal } from "../../../src/model/trust-policy/document.ts";

const EKS = "oidc.eks.eu-west-1.amazonaws.com/id/B10E" as IssuerHostPath;
const GITHUB = "token.actions.githubusercontent.com" as IssuerHostPath;
const arnOf = (issuer: string) => `arn:aws:iam::111122223333:oidc-provider/${issuer}` as ProviderArn;

function trust(condition: ConditionBlock, principal: Principal = { Federated: arnOf(EKS) }): PolicyDocument {
  const statement = { Action: "sts:AssumeRoleWithWebIdentity", Principal: principal, Condition: condition };
  return { Version: "2012-10-17", Statement: { Effect: "Allow", ...statement } };
}

function guardrails(
  roles: Readonly<Record<string, PolicyDocument | undefined>>,
  level: SubjectLevel = "pinned",
  issuers: readonly IssuerHostPath[] = [EKS],
) {
  return guardrailsOf({
    awsAccount: "111122223333",
    partition: "aws",
    issuers,
    level,
    roles: Object.entries(roles).map(([name, document]) => {
      return { arn: `arn:aws:iam::111122223333:role/${name}` as RoleArn, id: name, trust: document };
    }),
    providers: [arnOf(EKS), arnOf(GITHUB)],
  });
}

const CART = trust({ StringEquals: { [`${EKS}:sub`]: "system:serviceaccount:shop:cart" } });
const SHOP = trust({ StringLike: { [`${EKS}:sub`]: "system:serviceaccount:shop:*" } });
const ANY = trust({ StringEquals: { [`${EKS}:aud`]: "sts.amazonaws.com" } });
const DEPLOY = trust({ StringLike: { [`${GITHUB}:sub`]: "repo:org/app:*" } }, { Federated: arnOf(GITHUB) });

it("prints a Deny of tokens, and one of providers, as AWS Organizations takes them", () => {
  const { policies, losing, kept } = guardrails({ cart: CART });
  expect(policies).toEqual([
    {
      type: "RESOURCE_CONTROL_POLICY",
      name: "irsa-web-identity-rcp",
      size: expect.any(Number) as number,
      document: {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "WebIdentityOfKnownIssuers",
            Effect: "Deny",
            Principal: "*",
            Action: "sts:AssumeRoleWithWebIdentity",
            Resource: "*",
            Condition: {
              StringNotLikeIfExists: { [`${EKS}:sub`]: ["system:serviceaccount:shop:cart"] },
            },
          },
        ],
      },
    },
    {
      type: "SERVICE_CONTROL_POLICY",
      name: "irsa-web-identity-scp",
      size: expect.any(Number) as number,
      document: {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "ProvidersOfKnownIssuers",
            Effect: "Deny",
            Action: "iam:CreateOpenIDConnectProvider",
            NotResource: [`arn:aws:iam::*:oidc-provider/${EKS}`],
          },
        ],
      },
    },
  ]);
  expect([losing, kept]).toEqual([[], 1]);
});

describe("who would lose access", () => {
  const lost = (...given: Parameters<typeof guardrails>) =>
    guardrails(...given).losing.map(({ role, subject, because }) => [role.split("/")[1], subject, because]);

  it.each<[string, string[][], ...Parameters<typeof guardrails>]>([
    ["nobody", [], { cart: CART }],
    [
      "those of a namespace, if only names are kept",
      [["shop", "system:serviceaccount:shop:*", "subjectNotPinned"]],
      { cart: CART, shop: SHOP },
    ],
    ["none of a namespace, if namespaces are kept", [], { cart: CART, shop: SHOP }, "namespaces"],
    [
      "any ServiceAccount, if a role does not ask for a subject",
      [["any", "*", "subjectNotPinned"]],
      { cart: CART, any: ANY },
      "namespaces",
    ],
    ["no ServiceAccount, if any is kept", [], { cart: CART, any: ANY }, "any"],
    [
      "jobs of an issuer that is not known",
      [["deploy", "repo:org/app:*", "unknownIssuer"]],
      { cart: CART, deploy: DEPLOY },
    ],
    ["no jobs of one that is", [], { cart: CART, deploy: DEPLOY }, "pinned", [EKS, GITHUB]],
    ["all of an issuer of which nothing is pinned", [["any", "*", "subjectNotPinned"]], { any: ANY }],
  ])("%s", (_, rows, ...given) => expect(lost(...given)).toEqual(rows));

  it("denies every token if nothing at all is pinned, and says which issuers have no subjects", () => {
    const { issuers, policies } = guardrails({});
    expect(issuers).toEqual([{ issuer: EKS, subjects: [] }]);
    expect(policies[0]?.document).toMatchObject({ Statement: [{ Effect: "Deny", Principal: "*" }] });
    expect(JSON.stringify(policies[0])).not.toContain("Condition");
  });

  it.each<[string, PolicyDocument | undefined]>([
    ["a policy variable", trust({ StringEquals: { [`${EKS}:sub`]: "${aws:username}" } })],
    ["NotPrincipal", { Statement: { Effect: "Allow", NotPrincipal: "*", Action: "sts:*" } }],
    ["no valid document", undefined],
  ])("says that it can't judge a trust policy with %s", (_, document) => {
    expect(guardrails({ cart: CART, odd: document }).notJudged).toEqual([
      "arn:aws:iam::111122223333:role/odd",
    ]);
  });
});

it("spreads the subjects over policies where one is too small, and keeps everyone", () => {
  const roles = Object.fromEntries(
    Array.from({ length: 120 }, (_, at) => {
      const issuer = `oidc.eks.eu-west-1.amazonaws.com/id/${at % 4}`;
      const subject = `system:serviceaccount:a-namespace-with-a-long-name:a-service-account-${at}`;
      return [
        `r${at}`,
        trust({ StringEquals: { [`${issuer}:sub`]: subject } }, { Federated: arnOf(issuer) }),
      ];
    }),
  );
  const issuers = [0, 1, 2, 3].map((at) => `oidc.eks.eu-west-1.amazonaws.com/id/${at}` as IssuerHostPath);
  const { policies, losing, kept } = guardrails(roles, "pinned", issuers);
  expect(policies.map(({ name }) => name)).toEqual([
    "irsa-web-identity-rcp-1",
    "irsa-web-identity-rcp-2",
    "irsa-web-identity-rcp-3",
    "irsa-web-identity-scp",
  ]);
  expect([losing, kept]).toEqual([[], 120]);
});
