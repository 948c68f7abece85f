import { describe, expect, it } from "vitest";
import type { PolicyDocument, Statement } from "../../../src/model/trust-policy/document.ts";
import { circumstancesOf } from "../../../src/model/trust-policy/move-callers.ts";
import { moveIssuer, type MoveWay } from "../../../src/model/trust-policy/move-issuer.ts";
import { readTrust } from "../../../src/model/trust-policy/read.ts";
import { Steps } from "../../../src/model/trust-policy/steps.ts";
import { allow, deny, ISSUER, OTHER_ISSUER, OTHER_PROVIDER, policy, PROVIDER } from "./fixtures.ts";

const MOVE = {
  from: { providerArn: PROVIDER, issuerHostPath: ISSUER },
  to: { providerArn: OTHER_PROVIDER, issuerHostPath: OTHER_ISSUER },
};
const CART = "system:serviceaccount:shop:cart";
const pinned = allow({ StringEquals: { [`${ISSUER}:sub`]: CART } });
/** Keeps away whoever comes by another provider than this one. */
const exceptFor = (...providers: readonly string[]): Statement =>
  deny({ StringNotEqualsIfExists: { "aws:FederatedProvider": providers } }, { Principal: "*" });

function renamed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll(ISSUER, OTHER_ISSUER)) as T;
}

function moved(document: PolicyDocument, way: MoveWay): unknown {
  const outcome = moveIssuer(document, MOVE, way);
  return outcome.ok ? outcome.document : outcome.problem;
}

describe("a Deny of all providers but the old one", () => {
  const before = policy(pinned, exceptFor(PROVIDER));
  const both = policy(pinned, exceptFor(PROVIDER, OTHER_PROVIDER), renamed(pinned));

  it("excepts both beside", () => expect(moved(before, "beside")).toEqual(both));

  it("excepts the new one in its place, whether or not both were excepted before", () => {
    const after = (value: unknown) =>
      policy(
        renamed(pinned),
        deny({ StringNotEqualsIfExists: { "aws:FederatedProvider": value as string } }, { Principal: "*" }),
      );
    expect(moved(before, "replace")).toEqual(after([OTHER_PROVIDER]));
    expect(moved(both, "replace")).toEqual(after(OTHER_PROVIDER));
  });
});

it("a statement under a name stays beside the one that takes the old one's place", () => {
  const own = { ...renamed(pinned), Sid: "Own", Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"] };
  expect(moved(policy(pinned, own), "replace")).toEqual(policy(renamed(pinned), own));
});

it("a condition without values is met by nothing, and tried so", () => {
  const trust = readTrust(policy(allow({ StringEquals: { "aws:SourceVpc": [] } })));
  expect(circumstancesOf(trust, { subject: "s", audience: "a" }, new Steps())).toEqual([
    { "aws:sourcevpc": [] },
    { "aws:sourcevpc": "" },
    { "aws:sourcevpc": "other" },
  ]);
});
