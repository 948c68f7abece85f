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
const ADMIN = "arn:aws:iam::111122223333:user/admin";
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

describe("a statement that excepts the old provider", () => {
  const key = "aws:FederatedProvider";

  it("excepts the new one beside it alone, whatever else it excepts, and keeps the rest as it is written", () => {
    const before = deny(
      {
        StringNotEqualsIfExists: { [key]: [PROVIDER, "x"] },
        StringNotLike: { [key]: "y" },
        Null: { "aws:x": "false" },
      },
      { Principal: "*" },
    );
    const both = {
      ...before,
      Condition: { ...before.Condition, StringNotEqualsIfExists: { [key]: [PROVIDER, "x", OTHER_PROVIDER] } },
    };
    expect(moved(policy(pinned, before), "beside")).toEqual(policy(pinned, both, renamed(pinned)));
    expect(moved(policy(pinned, both, renamed(pinned)), "replace")).toEqual(
      policy(renamed(pinned), {
        ...before,
        Condition: { ...before.Condition, StringNotEqualsIfExists: { [key]: ["x", OTHER_PROVIDER] } },
      }),
    );
  });

  it("is mirrored like any other where a condition of it has no values", () => {
    const before = policy(
      allow(
        { StringNotEquals: { [key]: PROVIDER }, StringEquals: { "aws:x": [] } },
        { Principal: { AWS: ADMIN } },
      ),
    );
    expect(moved(before, "beside")).toBe(before);
  });
});

describe("a statement of both issuers in the old one's place", () => {
  const both = { Principal: { Federated: [PROVIDER, OTHER_PROVIDER] } };

  it("loses an operator that has only the old one's keys", () => {
    const before = allow(
      {
        StringEqualsIfExists: { [`${ISSUER}:sub`]: CART },
        StringLikeIfExists: { [`${OTHER_ISSUER}:sub`]: CART },
      },
      both,
    );
    expect(moved(policy(before), "replace")).toEqual(
      policy(
        allow(
          { StringLikeIfExists: { [`${OTHER_ISSUER}:sub`]: CART } },
          { Principal: { Federated: [OTHER_PROVIDER] } },
        ),
      ),
    );
  });

  it.each<readonly [string, Statement]>([
    [
      "by a key of the old one's and the new one's provider",
      allow(
        { StringEquals: { "aws:FederatedProvider": OTHER_PROVIDER, [`${ISSUER}:sub`]: CART } },
        { Principal: { Federated: "*" } },
      ),
    ],
    [
      "by the old one's provider alone, as a value",
      allow(
        { StringEquals: { "aws:FederatedProvider": PROVIDER } },
        { Principal: { Federated: OTHER_PROVIDER } },
      ),
    ],
    [
      "by the old one's provider as a value of another key",
      allow(
        { StringEquals: { "aws:x": PROVIDER, [`${ISSUER}:sub`]: CART, [`${OTHER_ISSUER}:sub`]: CART } },
        { Principal: { Federated: "*" } },
      ),
    ],
  ])("is left to its owner where it names them %s", (_how, statement) =>
    expect(moved(policy(statement), "replace")).toEqual({ code: "entangled", statement: 0 }),
  );
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
