import { describe, expect, it } from "vitest";
import type { Statement } from "../../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../../src/model/trust-policy/grant.ts";
import { trustsProvider } from "../../../src/model/trust-policy/trusts-provider.ts";
import { aDesire } from "../../fakes/values.ts";
import { aWorld } from "../../fakes/world.ts";

const PROVIDER = aWorld().grantOf(aDesire()).providerArn;
const OTHER = `${PROVIDER.slice(0, -1)}2`;
const federated = (Federated: string | string[], more: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Principal: { Federated },
  Action: "sts:AssumeRoleWithWebIdentity",
  ...more,
});

describe("whether a role trusts a provider", () => {
  it.each<readonly [string, unknown, boolean]>([
    ["a statement of ours", aWorld().trustOf(aDesire()), true],
    [
      "whatever the conditions ask",
      trustPolicy([federated(PROVIDER, { Condition: { Null: { a: "true" } } })]),
      true,
    ],
    ["beside another provider", trustPolicy([federated([OTHER, PROVIDER])]), true],
    ["another provider alone", trustPolicy([federated(OTHER)]), false],
    ["everybody", trustPolicy([{ ...federated(OTHER), Principal: "*" }]), true],
    [
      "everybody, but to assume it in another way",
      trustPolicy([{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }]),
      false,
    ],
    ["every action", trustPolicy([federated(PROVIDER, { Action: "sts:*" })]), true],
    ["a Deny of it", trustPolicy([federated(PROVIDER, { Effect: "Deny" })]), false],
    [
      "everyone but another",
      trustPolicy([{ Effect: "Allow", NotPrincipal: { Federated: OTHER }, Action: "sts:*" }]),
      true,
    ],
    [
      "a service",
      trustPolicy([
        { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
      ]),
      false,
    ],
    [
      "a principal that can't be read",
      { Statement: { Effect: "Allow", Principal: { Strange: 1 }, Action: "sts:*" } },
      true,
    ],
    ["nobody", trustPolicy([]), false],
  ])("%s", (_name, document, expected) => {
    expect(trustsProvider(document, PROVIDER)).toBe(expected);
  });
});
