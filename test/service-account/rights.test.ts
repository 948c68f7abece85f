import { describe, expect, it } from "vitest";
import type { KubernetesPort } from "../../src/kubernetes/port.ts";
import type { ClusterRight } from "../../src/model/change-kind-row.ts";
import type { Change } from "../../src/model/change.ts";
import { Failure } from "../../src/model/failure.ts";
import { known, type Known } from "../../src/model/known.ts";
import { askRights, checkRights } from "../../src/service-account/service-account/rights.ts";
import type { Rights } from "../../src/service-account/create/observed.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { stopOf, textOf } from "../fakes/walk.ts";

const NOT_TOLD = { state: "unknown", failure: new Failure("denied", "forbidden", "no") } as const;
const CART = aServiceAccount("shop/cart");
const ALL: readonly ClusterRight[] = [
  "create namespaces",
  "create serviceaccounts",
  "patch serviceaccounts",
  "delete serviceaccounts",
];
const KINDS = [
  "create-namespace",
  "create-service-account",
  "edit-service-account",
  "delete-service-account",
] as const;
/** Changes as far as rights look at them. */
const changes = (...kinds: readonly Change["kind"][]) => kinds.map((kind) => ({ kind }) as Change);

describe("the API server is asked", () => {
  const asked: unknown[] = [];
  const api = {
    may: async (request: { readonly verb: string }) => {
      asked.push(request);
      if (request.verb === "patch") throw NOT_TOLD.failure;
      return request.verb === "create";
    },
  } as unknown as KubernetesPort;

  it("in the namespace, but for namespaces themselves, and not being told is not a no", async () => {
    expect(await askRights(api, CART.namespace, ALL)).toEqual({
      "create namespaces": known(true),
      "create serviceaccounts": known(true),
      "patch serviceaccounts": NOT_TOLD,
      "delete serviceaccounts": known(false),
    });
    expect(asked).toEqual([
      { verb: "create", resource: "namespaces" },
      { verb: "create", resource: "serviceaccounts", namespace: "shop" },
      { verb: "patch", resource: "serviceaccounts", namespace: "shop" },
      { verb: "delete", resource: "serviceaccounts", namespace: "shop" },
    ]);
  });
});

describe("a change of the cluster", () => {
  const granted = (changed: Partial<Rights> = {}): Rights => ({
    ...Object.fromEntries(ALL.map((right) => [right, known(true)])),
    ...changed,
  });

  it.each(KINDS.map((kind, at) => [kind, ALL[at] ?? ""] as const))("%s needs '%s'", async (kind, right) => {
    const check = (answer: Known<boolean>) =>
      checkRights(changes("create-role", kind), CART, granted({ [right]: answer }), "--role-only");
    expect(check(known(true))).toEqual([]);
    expect(check(NOT_TOLD)).toEqual([
      {
        level: "warning",
        code: "rights-unknown",
        message: `whether you may ${right} for shop/cart is unknown`,
      },
    ]);
    const stop = await stopOf((async () => check(known(false)))());
    expect(stop).toMatchObject({ kind: "denied", code: "forbidden" });
    for (const part of [right, "shop/cart", "namespace shop", "--role-only"])
      expect(textOf(stop)).toContain(part);
  });

  it("that nobody was asked about is as unknown as one that was not answered, each said once", () => {
    const notes = checkRights(
      changes("create-namespace", "create-service-account", "create-service-account"),
      CART,
      {},
      "",
    );
    expect(notes.map(({ message }) => message)).toEqual([
      "whether you may create namespaces and create serviceaccounts for shop/cart is unknown",
    ]);
  });

  it("of IAM alone needs nothing of the cluster", () => {
    const none = Object.fromEntries(ALL.map((right) => [right, known(false)]));
    expect(checkRights(changes("create-role", "delete-role"), CART, none, "")).toEqual([]);
  });
});
