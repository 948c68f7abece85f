import { describe, expect, it } from "vitest";
import type { Pod } from "../../src/model/kubernetes-objects.ts";
import { findStale, type StaleGroup } from "../../src/workload/find-stale.ts";
import { aPod, injected, manifestOf, type PodManifest } from "../fakes/pods.ts";
import { aWorld } from "../fakes/world.ts";

const ROLE = "arn:aws:iam::111122223333:role/cart";
const BEFORE = "arn:aws:iam::111122223333:role/before";
const KEY = "eks.amazonaws.com/role-arn";
const AUDIENCE_KEY = "eks.amazonaws.com/audience";

interface Case {
  readonly name: string;
  readonly pods: readonly Pod[];
  /** What the ServiceAccount names now; `ROLE` unless told, nothing with `null`. */
  readonly role?: string | null;
  /** Its audience annotation, if it has one. */
  readonly audience?: string;
  /** When its annotations were written. */
  readonly annotatedAt?: string;
  readonly finds: readonly Partial<Omit<StaleGroup, "problems">>[];
  readonly codes?: readonly string[];
}

function pod(
  name: string,
  manifest: PodManifest,
  role: string | undefined,
  changes: Partial<Pod> = {},
  audience?: string,
): Pod {
  const annotations = {
    ...(role !== undefined && { [KEY]: role }),
    ...(audience !== undefined && { [AUDIENCE_KEY]: audience }),
  };
  return aPod(`shop/${name}`, injected(manifest, { annotations, podIdentity: false }), {
    workload: "deployment/cart",
    ...changes,
  });
}

const CART = manifestOf("cart");
const CASES: readonly Case[] = [
  { name: "a pod as it should be", pods: [pod("a", CART, ROLE)], finds: [] },
  {
    name: "pods from before the annotation, by workload",
    pods: [pod("b", CART, undefined), pod("a", CART, undefined), pod("c", CART, ROLE)],
    finds: [{ workload: "deployment/cart", pods: ["b", "a"], restart: "deployment/cart" }],
    codes: ["not-injected"],
  },
  {
    name: "a pod with the role before",
    pods: [pod("a", CART, BEFORE)],
    finds: [{ restart: "deployment/cart" }],
    codes: ["other-role"],
  },
  {
    name: "a pod with a role that the ServiceAccount no longer names",
    pods: [pod("a", CART, ROLE)],
    role: null,
    finds: [{ restart: "deployment/cart" }],
    codes: ["other-role"],
  },
  {
    name: "a pod with another role, made since the annotation was written, which a restart does not mend",
    pods: [pod("a", CART, BEFORE)],
    annotatedAt: "2026-11-01T07:59:00Z",
    finds: [{ restart: undefined }],
    codes: ["variable-preset"],
  },
  {
    name: "a pod with the role before, made a moment after the annotation was written",
    pods: [pod("a", CART, BEFORE)],
    annotatedAt: "2026-11-01T07:59:58Z",
    finds: [{ restart: "deployment/cart" }],
    codes: ["other-role"],
  },
  {
    name: "a ServiceAccount without a role, and its pods",
    pods: [pod("a", CART, undefined)],
    role: null,
    finds: [],
  },
  {
    name: "a Job's pod, which nothing restarts",
    pods: [pod("a", CART, undefined, { workload: "job/cart-1" })],
    finds: [{ workload: "job/cart-1", restart: undefined }],
    codes: ["not-injected"],
  },
  {
    name: "a bare pod",
    pods: [aPod("shop/a", CART)],
    finds: [{ workload: undefined, pods: ["a"], restart: undefined }],
    codes: ["not-injected"],
  },
  {
    name: "half-set variables, which a restart does not mend",
    pods: [
      pod(
        "a",
        manifestOf("cart", { containers: [{ name: "app", env: [{ name: "AWS_ROLE_ARN", value: ROLE }] }] }),
        ROLE,
      ),
    ],
    finds: [{ restart: undefined }],
    codes: ["variable-preset"],
  },
  {
    name: "skipped containers",
    pods: [
      pod("a", manifestOf("cart", {}, { annotations: { "eks.amazonaws.com/skip-containers": "app" } }), ROLE),
    ],
    finds: [{ restart: undefined }],
    codes: ["containers-skipped"],
  },
  {
    name: "pods that have ended",
    pods: [pod("a", CART, undefined, { phase: "Succeeded" }), pod("b", CART, undefined, { phase: "Failed" })],
    finds: [],
  },
  {
    name: "a pod whose ServiceAccount is gone, which a restart does not mend",
    pods: [pod("a", manifestOf("till"), ROLE)],
    finds: [{ workload: "deployment/cart", pods: ["a"], restart: undefined }],
    codes: ["other-role"],
  },
  {
    name: "a ServiceAccount whose role annotation is empty now",
    pods: [pod("a", CART, ROLE)],
    role: "",
    finds: [{ restart: "deployment/cart" }],
    codes: ["other-role"],
  },
  {
    name: "an empty audience annotation, and pods from before it",
    pods: [pod("a", CART, ROLE)],
    audience: "",
    finds: [{ restart: "deployment/cart" }],
    codes: ["other-audience"],
  },
  {
    name: "the API server's audience by its name, and pods whose volume has none",
    pods: [pod("a", CART, ROLE, {}, "")],
    audience: "https://kubernetes.default.svc",
    finds: [],
  },
  {
    name: "a pod of another account, without a role",
    pods: [pod("a", manifestOf("till"), undefined)],
    finds: [],
  },
];

describe("findStale", () => {
  it.each(CASES)("$name", ({ pods, role = ROLE, audience, annotatedAt, finds, codes = [] }) => {
    const world = aWorld().withServiceAccount("shop/cart", {
      annotations: {
        ...(role !== null && { [KEY]: role }),
        ...(audience !== undefined && { [AUDIENCE_KEY]: audience }),
      },
    });
    if (annotatedAt !== undefined)
      world.editServiceAccount("shop/cart", () => ({ annotatedAt: { [KEY]: annotatedAt } }));
    const found = findStale(pods, [...world.api.serviceAccounts.values()], world.cluster);
    expect(found).toHaveLength(finds.length);
    expect(found).toMatchObject(finds);
    expect(found.flatMap(({ problems }) => problems.map(({ code }) => code))).toEqual(codes);
  });
});
