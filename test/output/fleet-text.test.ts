import { describe, expect, it } from "vitest";
import type { EditServiceAccount } from "../../src/model/service-account-change.ts";
import type { PolicyArn } from "../../src/model/arn.ts";
import { changeable } from "../../src/model/authority.ts";
import type { Change } from "../../src/model/change.ts";
import { Failure } from "../../src/model/failure.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { MANAGED_BY_LABEL, ORIGIN_ANNOTATION } from "../../src/model/ownership-tags.ts";
import { fleetLines } from "../../src/output/fleet-text.ts";
import { PLAIN, shownLines } from "../fakes/shown.ts";
import { aServiceAccount, awsPolicy, ownPolicy, ownRole } from "../fakes/values.ts";

const NOUN = { one: "ServiceAccount", many: "ServiceAccounts" };

function rowOf(edit: Partial<EditServiceAccount>): string | undefined {
  const change: EditServiceAccount = {
    kind: "edit-service-account",
    serviceAccount: aServiceAccount("shop/cart"),
    role: undefined,
    setLabels: {},
    setAnnotations: {},
    before: { labels: {}, annotations: {} },
    observed: "",
    resourceVersion: "1",
    ...edit,
  };
  return shownLines(fleetLines)([], [{ path: "shop/cart", changes: [change] }], NOUN, PLAIN).at(-1);
}

/** The row of a role that gets these policies, and whose name is told. */
function policyRow(policies: readonly PolicyArn[], name = "cart"): string | undefined {
  const role = changeable({ arn: ownRole(name) });
  const changes = policies.map((policy): Change => ({
    kind: "detach-policy",
    role,
    roleObserved: "",
    policy,
  }));
  return shownLines(fleetLines)([], [{ path: "shop/cart", changes, role: "cart" }], NOUN, PLAIN).at(-1);
}

describe("the row of a role", () => {
  it("tells a customer managed policy from AWS's of one name", () => {
    const [ours, theirs] = [ownPolicy("ReadOnly"), awsPolicy("ReadOnly")];
    expect(policyRow([ours, theirs])).toBe(
      "  ~ shop/cart  role cart: - policy ReadOnly (customer managed), - policy ReadOnly (AWS managed)",
    );
    expect(policyRow([theirs])).toBe("  ~ shop/cart  role cart: - policy ReadOnly");
    expect(policyRow([theirs, ownPolicy("Write")])).toBe(
      "  ~ shop/cart  role cart: - policy ReadOnly, - policy Write",
    );
  });

  it.each(["cart-2", "a-cart", "cart.blue", "shopping-cart"])("names its role beside '%s'", (other) => {
    expect(policyRow([ownPolicy("p")], other)).toContain("(role cart)");
  });

  it.each(["role 'cart' has a different path", "its role is cart", "no permissions for cart."])(
    "does not name it again after: %s",
    (message) => {
      const failure = new Failure("refused", "role-path", message);
      const row = { path: "shop/cart", changes: [], role: "cart", failure };
      expect(shownLines(fleetLines)([], [row], NOUN, PLAIN).join("\n")).not.toContain("(role cart)");
    },
  );
});

const OWN = { [ORIGIN_ANNOTATION]: "adopted" };
const ARN = "arn:aws:iam::111122223333:role/cart";

describe("the row of a ServiceAccount that is edited", () => {
  it.each<readonly [what: string, edit: Partial<EditServiceAccount>, words: string]>([
    ["its role", { setAnnotations: { ...OWN, [ROLE_ANNOTATION]: ARN } }, "~ ServiceAccount role-arn cart"],
    ["its audience", { setAnnotations: { [AUDIENCE_ANNOTATION]: "app" } }, "~ ServiceAccount audience app"],
    [
      "its role, its audience and a label",
      { setAnnotations: { [ROLE_ANNOTATION]: ARN, [AUDIENCE_ANNOTATION]: "app" }, setLabels: { team: "a" } },
      "~ ServiceAccount role-arn cart, ~ ServiceAccount audience app, ~ ServiceAccount metadata",
    ],
    [
      "that it loses its role and its audience",
      {
        unsetAnnotations: [ROLE_ANNOTATION, AUDIENCE_ANNOTATION, ORIGIN_ANNOTATION],
        unsetLabels: [MANAGED_BY_LABEL],
      },
      "- ServiceAccount role-arn, - ServiceAccount audience",
    ],
    [
      "a label, though it becomes irsa's too",
      { setAnnotations: OWN, setLabels: { team: "a" } },
      "~ ServiceAccount metadata",
    ],
    ["that it becomes irsa's", { setAnnotations: OWN }, "~ ServiceAccount ownership label"],
  ])("tells %s", (_what, edit, words) => {
    expect(rowOf(edit)).toBe(`  ~ shop/cart  ${words}`);
  });
});
