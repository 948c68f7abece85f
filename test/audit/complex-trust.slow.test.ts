import { describe, expect, it } from "vitest";
import { annotationRefused } from "../../src/audit/rules/annotation-refused.ts";
import { auditOf } from "../../src/audit/rule.ts";
import { accessIndexOf } from "../../src/audit/access-index.ts";
import type { Gap } from "../../src/audit/inventory.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { holderOf } from "../../src/service-account/role/holder.ts";
import { othersIn } from "../../src/service-account/role/sharing.ts";
import { providersAdmitting } from "../../src/service-account/role/trust.ts";
import {
  serviceAccount,
  AUD,
  audited,
  grant,
  inventory,
  provider,
  PROVIDER,
  role,
  rows,
  SUB,
} from "./build.ts";
import { aCluster, aServiceAccount } from "../fakes/values.ts";

const many = (count: number, text: (at: number) => string): string[] =>
  Array.from({ length: count }, (_, at) => text(at));
const CART = "system:serviceaccount:shop:cart";

/** Patterns that match nobody, and more audiences than can be tried with each of them. */
const complex = trustPolicy([
  {
    Effect: "Allow",
    Principal: { Federated: PROVIDER },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringLike: { [SUB]: many(120, (at) => `*x${at}?y*`) },
      StringNotLike: { [AUD]: many(120, (at) => `*z${at}*`) },
      StringEquals: { "aws:SourceVpc": "vpc-1" },
    },
  },
]);
const clusterOf = () =>
  audited({
    serviceAccounts: [serviceAccount("shop/cart", { role: "complex" })],
    provider: provider(undefined, {
      clientIds: ["sts.amazonaws.com", ...many(100, (at) => `audience-${at}`)],
    }),
  });

describe("a trust policy that asks for too much to be judged", () => {
  it("is a gap, and nothing is concluded from it", () => {
    const gaps: Gap[] = [];
    const given = inventory({ roles: [role("complex", complex)], clusters: [clusterOf()], gaps });
    const access = accessIndexOf(given, gaps);
    expect(gaps).toMatchObject([{ failure: { code: "trust-too-complex" } }]);
    const audit = auditOf({ inventory: given, access, details: new Map(), policies: new Map() }, 90);
    expect([...annotationRefused.find(audit)]).toEqual([]);
  });

  it("does not keep others from being judged", () => {
    const usual = trustPolicy([
      {
        Effect: "Allow",
        Principal: { Federated: PROVIDER },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [SUB]: CART } },
      },
    ]);
    const given = inventory({
      roles: [role("complex", complex), role("usual", usual)],
      clusters: [clusterOf()],
    });
    expect(rows(given)).toEqual(["usual ← shop/cart"]);
  });

  it("counts as shared with others, and as admitting by every issuer that it names", () => {
    const pinned = trustPolicy([
      {
        Effect: "Allow",
        Principal: { Federated: PROVIDER },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [SUB]: CART },
          "ForAnyValue:StringEquals": { [AUD]: many(900, (at) => `a${at}`) },
        },
      },
    ]);
    expect(othersIn(pinned, holderOf(aCluster(), aServiceAccount("shop/cart"), grant("shop/cart")))).toEqual([
      expect.stringContaining("too complex to evaluate"),
    ]);
    const others = many(60, (at) => `${PROVIDER}${at}`);
    const wide = trustPolicy([
      {
        Effect: "Allow",
        Principal: { Federated: others },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [SUB]: "nobody" },
          StringNotEquals: { [AUD]: many(700, (at) => `a${at}`) },
        },
      },
    ]);
    expect(providersAdmitting(wide, CART, "sts.amazonaws.com")).toEqual(others);
  });
});
