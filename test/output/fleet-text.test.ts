import { describe, expect, it } from "vitest";
import type { EditServiceAccount } from "../../src/model/service-account-change.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { MANAGED_BY_LABEL, ORIGIN_ANNOTATION } from "../../src/model/ownership-tags.ts";
import { fleetLines } from "../../src/output/fleet-text.ts";
import { PLAIN, shownLines } from "../fakes/shown.ts";
import { aServiceAccount } from "../fakes/values.ts";

const NOUN = { one: "ServiceAccount", many: "ServiceAccounts" };

function rowOf(edit: Partial<EditServiceAccount>): string | undefined {
  const change: EditServiceAccount = {
    kind: "edit-service-account",
    serviceAccount: aServiceAccount("shop/cart"),
    role: undefined,
    setLabels: {},
    setAnnotations: {},
    before: {},
    observed: "",
    resourceVersion: "1",
    ...edit,
  };
  return shownLines(fleetLines)([], [{ path: "shop/cart", changes: [change] }], NOUN, PLAIN).at(-1);
}

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
