import { describe, expect, it } from "vitest";
import type { Pod } from "../../src/model/kubernetes-objects.ts";
import { findStale, type StaleGroup } from "../../src/workload/find-stale.ts";
import { known, unknown } from "../../src/model/known.ts";
import { Failure } from "../../src/model/failure.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { association as associationOf, NOW } from "../audit/build.ts";
import { aPod, injected, manifestOf, type PodManifest } from "../fakes/pods.ts";
import { aWorld } from "../fakes/world.ts";

const ROLE = "arn:aws:iam::111122223333:role/cart";
const BEFORE = "arn:aws:iam::111122223333:role/before";
const KEY = "eks.amazonaws.com/role-arn";
const AUDIENCE_KEY = "eks.amazonaws.com/audience";

interface Case {
  readonly name: string;
  readonly pods: readonly Pod[];
  /** What the ServiceAccount names now; `ROLE` by default, nothing with `null`. */
  readonly role?: string | null;
  /** Its audience annotation, if it has one. */
  readonly audience?: string;
  /** When its annotations were written. */
  readonly annotatedAt?: string;
  /** The ServiceAccount's association; without one, or `null` if the associations could not be read. */
  readonly association?: Partial<PodIdentityAssociation> | null;
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

function identity(name: string, createdAt?: string): Pod {
  return aPod(`shop/${name}`, injected(manifestOf("cart"), { annotations: {}, podIdentity: true }), {
    workload: "deployment/cart",
    ...(createdAt !== undefined && { createdAt }),
  });
}

const CART = manifestOf("cart");
const SKIPPED = manifestOf("cart", {}, { labels: { "eks.amazonaws.com/skip-pod-identity-webhook": "true" } });
const OWN_URI = manifestOf("cart", {
  containers: [
    { name: "app", env: [{ name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://localhost/role" }] },
  ],
});
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
    name: "a pod with the association's injection",
    pods: [identity("a")],
    role: null,
    association: {},
    finds: [],
  },
  {
    name: "a pod with the association's injection, and an annotation beside it",
    pods: [identity("a")],
    association: {},
    finds: [],
  },
  {
    name: "a pod from before the association",
    pods: [pod("a", CART, undefined), identity("b")],
    role: null,
    association: {},
    finds: [{ pods: ["a"], restart: "deployment/cart" }],
    codes: ["not-injected"],
  },
  {
    name: "a pod that IRSA was injected into before there was an association",
    pods: [pod("a", CART, ROLE)],
    association: {},
    finds: [{ restart: "deployment/cart" }],
    codes: ["other-way"],
  },
  {
    name: "the same of a ServiceAccount whose annotation is gone",
    pods: [pod("a", CART, ROLE)],
    role: null,
    association: {},
    finds: [{ restart: "deployment/cart" }],
    codes: ["other-way"],
  },
  {
    name: "a pod with the injection of an association that was deleted, with an annotation",
    pods: [identity("a")],
    finds: [{ restart: "deployment/cart" }],
    codes: ["association-gone"],
  },
  {
    name: "the same without an annotation",
    pods: [identity("a")],
    role: null,
    finds: [{ restart: "deployment/cart" }],
    codes: ["association-gone"],
  },
  {
    name: "a pod with the agent's injection where the associations could not be read",
    pods: [identity("a"), pod("b", CART, ROLE)],
    association: null,
    finds: [],
  },
  {
    name: "a pod from before a change of the association, while the agent may have older credentials",
    pods: [identity("a", "2026-11-24T09:00:00Z")],
    association: { modifiedAt: new Date("2026-11-24T10:00:00Z") },
    finds: [{ restart: "deployment/cart" }],
    codes: ["credentials-cached"],
  },
  {
    name: "a pod from before a change of the association, more than six hours later",
    pods: [identity("a", "2026-11-24T04:00:00Z")],
    association: { modifiedAt: new Date("2026-11-24T05:59:00Z") },
    finds: [],
  },
  {
    name: "a pod from before a change of a target role, more than an hour later",
    pods: [identity("a", "2026-11-24T09:00:00Z")],
    association: { modifiedAt: new Date("2026-11-24T10:00:00Z"), targetRoleArn: BEFORE },
    finds: [],
  },
  {
    name: "a pod from after the last change of the association",
    pods: [identity("a", "2026-11-24T10:01:00Z")],
    association: { modifiedAt: new Date("2026-11-24T10:00:00Z") },
    finds: [],
  },
  {
    name: "a pod from after the association that was not prepared for it",
    pods: [pod("a", CART, undefined, { createdAt: "2026-11-24T10:02:00Z" })],
    role: null,
    association: { modifiedAt: new Date("2026-11-24T10:00:00Z") },
    finds: [{ restart: undefined }],
    codes: ["not-prepared"],
  },
  {
    name: "a pod from moments after the association",
    pods: [pod("a", CART, undefined, { createdAt: "2026-11-24T10:00:05Z" })],
    role: null,
    association: { modifiedAt: new Date("2026-11-24T10:00:00Z") },
    finds: [{ restart: "deployment/cart" }],
    codes: ["not-injected"],
  },
  {
    name: "a pod that keeps the webhook away",
    pods: [pod("a", SKIPPED, undefined)],
    role: null,
    association: {},
    finds: [{ restart: undefined }],
    codes: ["skip-label"],
  },
  {
    name: "a pod with a credentials URI of its own, and no association",
    pods: [pod("a", OWN_URI, undefined)],
    role: null,
    finds: [],
  },
  {
    name: "a pod of another account, without a role",
    pods: [pod("a", manifestOf("till"), undefined)],
    finds: [],
  },
];

describe("findStale", () => {
  it.each(CASES)("$name", ({ pods, role = ROLE, audience, annotatedAt, association, finds, codes = [] }) => {
    const world = aWorld().withServiceAccount("shop/cart", {
      annotations: {
        ...(role !== null && { [KEY]: role }),
        ...(audience !== undefined && { [AUDIENCE_KEY]: audience }),
      },
    });
    if (annotatedAt !== undefined)
      world.editServiceAccount("shop/cart", () => ({ annotatedAt: { [KEY]: annotatedAt } }));
    const associations =
      association === null
        ? unknown(new Failure("denied", "access-denied", "not permitted"))
        : known(association === undefined ? [] : [associationOf("shop/cart", "cart", association)]);
    const serviceAccounts = [...world.api.serviceAccounts.values()];
    const found = findStale(pods, serviceAccounts, world.cluster, { associations, now: NOW });
    expect(found).toHaveLength(finds.length);
    expect(found).toMatchObject(finds);
    expect(found.flatMap(({ problems }) => problems.map(({ code }) => code))).toEqual(codes);
  });
});
