import { describe, expect, it } from "vitest";
import { RULES } from "../../src/audit/all-rules.ts";
import { RULE_STATES, worst } from "../../src/graph/states.ts";
import { GRAPH_STATES, type AccessGraph } from "../../src/model/access-graph.ts";
import { Failure } from "../../src/model/failure.ts";
import type { PodSummary } from "../../src/model/kubernetes-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import {
  serviceAccount,
  allow,
  association,
  AUD,
  audited,
  pod,
  role,
  SUB,
  trusting,
} from "../audit/build.ts";
import { INLINE, ownPolicy, ownRole, S3_READ } from "../fakes/values.ts";
import { drawn, type Given } from "./scenes.ts";

/** A world, and the states of what is named: nodes as `kind label`, edges as `label > label`. */
interface Case {
  readonly name: string;
  readonly world: Given;
  readonly states: Readonly<Record<string, string | undefined>>;
}

const EVERYTHING = trustPolicy([{ Effect: "Allow", Action: "*", Resource: "*" }]);
const READ = trustPolicy([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
const PODS = trustPolicy([
  {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
  },
]);
const MADE = { modifiedAt: new Date("2026-11-20T00:00:00Z") };
const TO_TARGET = {
  Effect: "Allow",
  Principal: { AWS: ownRole("p") },
  Action: ["sts:AssumeRole", "sts:TagSession"],
} as const;
const FAR = ownRole("far").replace("111122223333", "999988887777");
const CART = serviceAccount("shop/cart", { role: "r" });
const R = role("r", trusting("shop/cart"));
const audience = { [AUD]: "sts.amazonaws.com" };
const cartIf = (conditions: object) =>
  role(
    "r",
    trustPolicy([
      allow({ StringEquals: { ...audience, [SUB]: "system:serviceaccount:shop:cart", ...conditions } }),
    ]),
  );

function withoutRole(one: PodSummary): PodSummary {
  return { ...without("roleArn", one), injected: false };
}

function without(key: "roleArn" | "workload", one: PodSummary): PodSummary {
  return Object.fromEntries(Object.entries(one).filter(([name]) => name !== key)) as unknown as PodSummary;
}

const HEALTHY: Given = {
  roles: [R],
  cluster: { serviceAccounts: [CART], pods: [pod()] },
  details: { r: { attached: [S3_READ], inline: { one: INLINE } } },
  policies: new Map([[S3_READ, READ]]),
};

const CASES: readonly Case[] = [
  {
    name: "all well",
    world: HEALTHY,
    states: {
      "cluster eks-work-cluster": "works",
      "namespace shop": "works",
      "workload deployment/cart": "works",
      "service-account cart": "works",
      "role r": "works",
      "policy AmazonS3ReadOnlyAccess": "works",
      "policy one": "works",
      "eks-work-cluster > shop": "works",
      "shop > deployment/cart": "works",
      "shop > cart": undefined,
      "deployment/cart > cart": "works",
      "cart > r": "works",
      "r > one": "works",
    },
  },
  {
    name: "a ServiceAccount that no pod runs as",
    world: { ...HEALTHY, cluster: { serviceAccounts: [CART] } },
    states: {
      "namespace shop": "idle",
      "service-account cart": "idle",
      "role r": "works",
      "shop > cart": "idle",
      "cart > r": "works",
    },
  },
  {
    name: "pods that could not be read: nobody says that no pod runs",
    world: { ...HEALTHY, cluster: { serviceAccounts: [CART], pods: undefined } },
    states: { "service-account cart": "works" },
  },
  {
    name: "a ServiceAccount without a role, and a namespace of such alone",
    world: {
      ...HEALTHY,
      cluster: {
        serviceAccounts: [CART, serviceAccount("shop/plain"), serviceAccount("pay/plain")],
        pods: [pod(), withoutRole(pod({ serviceAccountName: "plain" }))],
      },
    },
    states: { "service-account plain": undefined, "namespace pay": undefined, "namespace shop": "works" },
  },
  {
    name: "a role that refuses: the ServiceAccount's fault, not the role's",
    world: { ...HEALTHY, roles: [role("r", trusting("shop/web"))] },
    states: {
      "namespace shop": "broken",
      "workload deployment/cart": "broken",
      "service-account cart": "broken",
      "cart > r": "broken",
      "deployment/cart > cart": "works",
      "role r": "idle",
      "service-account web": "idle",
      "web > r": "idle",
    },
  },
  {
    name: "a role that is gone",
    world: { ...HEALTHY, roles: [] },
    states: {
      "service-account cart": "broken",
      "cart > r": "broken",
      "role r": "broken",
      "policy one": undefined,
    },
  },
  {
    name: "an annotation that is no ARN",
    world: {
      cluster: {
        serviceAccounts: [serviceAccount("shop/cart", { "eks.amazonaws.com/role-arn": "cart role" })],
      },
    },
    states: { "service-account cart": "broken", "role cart role": "broken", "cart > cart role": "broken" },
  },
  {
    name: "a role of another AWS account",
    world: {
      cluster: {
        serviceAccounts: [
          serviceAccount("shop/cart", { "eks.amazonaws.com/role-arn": "arn:aws:iam::444455556666:role/far" }),
        ],
      },
    },
    states: { "service-account cart": "unknown", "role far": "unknown", "cart > far": "unknown" },
  },
  {
    name: "a condition that can't be known",
    world: { ...HEALTHY, roles: [cartIf({ "aws:SourceVpc": "vpc-1" })] },
    states: {
      "service-account cart": "unknown",
      "role r": "unknown",
      "cart > r": "unknown",
      "policy one": "idle",
    },
  },
  {
    name: "a condition on a way that nobody has asked for",
    world: { ...HEALTHY, roles: [R, { ...cartIf({ "aws:SourceVpc": "vpc-1" }), arn: ownRole("v") }] },
    states: { "service-account cart": "works", "cart > v": "unknown", "cart > r": "works" },
  },
  {
    name: "a cluster whose issuer is no provider",
    world: { ...HEALTHY, cluster: { ...HEALTHY.cluster, provider: "missing" } },
    states: {
      "cluster eks-work-cluster": "broken",
      "service-account cart": "broken",
      "cart > r": "broken",
      "role r": "idle",
    },
  },
  {
    name: "a provider that could not be read",
    world: { ...HEALTHY, cluster: { ...HEALTHY.cluster, provider: undefined } },
    states: { "service-account cart": "unknown", "cart > r": "unknown" },
  },
  {
    name: "an audience that the provider does not take",
    world: {
      ...HEALTHY,
      roles: [cartIf({ [AUD]: "vault" })],
      cluster: {
        serviceAccounts: [serviceAccount("shop/cart", { role: "r", audience: "vault" })],
        pods: [pod()],
      },
    },
    states: { "service-account cart": "broken", "cart > r": "broken" },
  },
  {
    name: "roles that could not be read",
    world: { ...HEALTHY, inventory: { roles: undefined, clusters: [audited(HEALTHY.cluster)] } },
    states: { "service-account cart": "unknown", "role r": "unknown", "cart > r": "unknown" },
  },
  {
    name: "accounts that could not be read",
    world: { ...HEALTHY, cluster: { serviceAccounts: undefined, pods: [pod()] } },
    states: { "service-account cart": "unknown", "cart > r": "idle", "deployment/cart > cart": "unknown" },
  },
  {
    name: "policies of a role that could not be read",
    world: { ...HEALTHY, details: {} },
    states: { "role r": "unknown", "service-account cart": "works" },
  },
  {
    name: "a policy's document that could not be read",
    world: { ...HEALTHY, policies: new Map() },
    states: {
      "policy AmazonS3ReadOnlyAccess": "unknown",
      "r > AmazonS3ReadOnlyAccess": "unknown",
      "role r": "works",
    },
  },
  {
    name: "pods from before the annotation",
    world: {
      ...HEALTHY,
      cluster: { serviceAccounts: [CART], pods: [pod(), withoutRole(pod({ name: "cart-2" }))] },
    },
    states: {
      "deployment/cart > cart": "stale",
      "workload deployment/cart": "stale",
      "service-account cart": "stale",
      "cart > r": "works",
      "role r": "works",
      "cluster eks-work-cluster": "stale",
    },
  },
  {
    name: "pods with the role of an annotation that is gone",
    world: { cluster: { serviceAccounts: [serviceAccount("shop/cart")], pods: [pod()] } },
    states: { "deployment/cart > cart": "stale", "service-account cart": "stale", "role r": undefined },
  },
  {
    name: "pods whose role was set by hand, of a ServiceAccount without one",
    world: { cluster: { serviceAccounts: [serviceAccount("shop/cart")], pods: [pod({ injected: false })] } },
    states: { "deployment/cart > cart": "idle", "service-account cart": "idle" },
  },
  {
    name: "pods of a ServiceAccount that is gone",
    world: { ...HEALTHY, cluster: { serviceAccounts: [], pods: [pod()] } },
    states: {
      "deployment/cart > cart": "broken",
      "workload deployment/cart": "broken",
      "service-account cart": "broken",
    },
  },
  {
    name: "a bare pod, and pods that have ended",
    world: {
      ...HEALTHY,
      cluster: { serviceAccounts: [CART], pods: [without("workload", pod()), pod({ phase: "Succeeded" })] },
    },
    states: { "workload pod/cart-1": "works", "workload deployment/cart": undefined },
  },
  {
    name: "static keys change no state: the finding says it",
    world: { ...HEALTHY, cluster: { serviceAccounts: [CART], pods: [pod({ staticKeys: true })] } },
    states: { "deployment/cart > cart": "works", "service-account cart": "works" },
  },
  {
    name: "Pod Identity, and an annotation that it shadows",
    world: {
      ...HEALTHY,
      roles: [R, role("p", PODS)],
      details: { ...HEALTHY.details, p: {} },
      cluster: {
        serviceAccounts: [CART],
        pods: [{ ...withoutRole(pod()), podIdentity: true }],
        associations: [association("shop/cart", "p")],
      },
    },
    states: {
      "cart > p": "works",
      "cart > r": "idle",
      "role p": "works",
      "role r": "idle",
      "service-account cart": "works",
      "deployment/cart > cart": "works",
    },
  },
  {
    name: "an association whose role does not let EKS in",
    world: {
      roles: [role("p", trustPolicy([]))],
      cluster: {
        serviceAccounts: [serviceAccount("shop/cart")],
        associations: [association("shop/cart", "p")],
      },
    },
    states: { "cart > p": "broken", "service-account cart": "broken", "role p": "idle" },
  },
  {
    name: "a target role, with a session policy, in place of an administrator's rights",
    world: {
      roles: [role("p", PODS), role("t", trustPolicy([TO_TARGET]))],
      cluster: {
        serviceAccounts: [serviceAccount("shop/cart")],
        pods: [{ ...withoutRole(pod()), podIdentity: true }],
        associations: [
          association("shop/cart", "p", {
            targetRoleArn: ownRole("t"),
            withoutSessionTags: true,
            policy: JSON.stringify(READ),
          }),
        ],
      },
      details: { p: { inline: { all: EVERYTHING } }, t: { inline: { all: EVERYTHING } } },
    },
    states: {
      "cart > p": "works",
      "cart > t": "works",
      "role p": "works",
      "role t": "works",
      "t > session policy of shop/cart": "works",
      "policy session policy of shop/cart": "works",
    },
  },
  ...(
    [
      ["that use it", { podIdentity: true }, {}, "works"],
      ["that don't use it", {}, {}, "stale"],
      ["that were created after it", { createdAt: "2026-11-24T00:00:00Z" }, MADE, "broken"],
    ] as const
  ).map(([name, changes, made, state]): Case => ({
    name: `pods of an association ${name}`,
    world: {
      roles: [role("p", PODS)],
      details: { p: {} },
      cluster: {
        serviceAccounts: [serviceAccount("shop/cart")],
        pods: [{ ...withoutRole(pod()), ...changes }],
        associations: [association("shop/cart", "p", made)],
      },
    },
    states: { "deployment/cart > cart": state },
  })),
  {
    name: "pods that are prepared for an association that is gone",
    world: {
      cluster: {
        serviceAccounts: [serviceAccount("shop/cart")],
        pods: [{ ...withoutRole(pod()), podIdentity: true }],
      },
    },
    states: { "deployment/cart > cart": "stale", "service-account cart": "stale" },
  },
  {
    name: "a target role that refuses the first",
    world: {
      roles: [role("p", PODS), role("t", trustPolicy([]))],
      cluster: {
        serviceAccounts: [serviceAccount("shop/cart")],
        associations: [
          association("shop/cart", "p", { targetRoleArn: ownRole("t"), policy: JSON.stringify(READ) }),
        ],
      },
    },
    states: {
      "cart > p": "broken",
      "cart > t": "broken",
      "service-account cart": "broken",
      "policy session policy of shop/cart": "idle",
    },
  },
  {
    name: "a target role in another AWS account",
    world: {
      roles: [role("p", PODS)],
      details: { p: {} },
      cluster: {
        serviceAccounts: [serviceAccount("shop/cart")],
        associations: [association("shop/cart", "p", { targetRoleArn: FAR })],
      },
    },
    states: { "cart > p": "unknown", "cart > far": "unknown", "role far": "unknown" },
  },
  {
    name: "associations that could not be read: a refusal may not matter",
    world: {
      ...HEALTHY,
      roles: [role("r", trusting("shop/web"))],
      cluster: { ...HEALTHY.cluster, associations: undefined },
    },
    states: { "cart > r": "unknown", "service-account cart": "unknown" },
  },
  {
    name: "administrator-like rights, reached by an account in use",
    world: { ...HEALTHY, details: { r: { attached: [S3_READ], inline: { all: EVERYTHING } } } },
    states: {
      "cart > r": "dangerous",
      "role r": "dangerous",
      "r > all": "dangerous",
      "policy all": "dangerous",
      "r > AmazonS3ReadOnlyAccess": "works",
      "policy AmazonS3ReadOnlyAccess": "works",
      "service-account cart": "dangerous",
      "workload deployment/cart": "dangerous",
      "deployment/cart > cart": "works",
    },
  },
  {
    name: "a role that can assume an administrator, and the way to it",
    world: {
      ...HEALTHY,
      roles: [
        R,
        role(
          "admin",
          trustPolicy([{ Effect: "Allow", Principal: { AWS: ownRole("r") }, Action: "sts:AssumeRole" }]),
        ),
      ],
      details: { r: { inline: { one: INLINE } }, admin: { inline: { all: EVERYTHING } } },
    },
    states: {
      "role r": "dangerous",
      "cart > r": "dangerous",
      "service-account cart": "dangerous",
      "r > one": "works",
    },
  },
  {
    name: "administrator-like rights within a boundary are so too",
    world: { ...HEALTHY, details: { r: { inline: { all: EVERYTHING }, boundary: ownPolicy("limit") } } },
    states: { "role r": "dangerous", "policy limit": "works", "r > limit": "works" },
  },
  {
    name: "administrator-like rights by a way that nobody has asked for",
    world: {
      ...HEALTHY,
      roles: [R, role("a", trusting("shop/cart"))],
      details: { ...HEALTHY.details, a: { inline: { all: EVERYTHING } } },
    },
    states: { "cart > a": "dangerous", "service-account cart": "dangerous", "cart > r": "works" },
  },
  {
    name: "a role that is open to every ServiceAccount: one edge from the cluster",
    world: {
      ...HEALTHY,
      roles: [R, role("w", trustPolicy([allow({ StringEquals: audience })]))],
      details: { ...HEALTHY.details, w: {} },
    },
    states: {
      "eks-work-cluster > w": "dangerous",
      "role w": "dangerous",
      "cart > w": undefined,
      "service-account cart": "works",
      "cluster eks-work-cluster": "dangerous",
      "namespace shop": "works",
    },
  },
  {
    name: "a wildcard across namespaces",
    world: {
      ...HEALTHY,
      roles: [
        R,
        role("w", trustPolicy([allow({ StringLike: { [SUB]: "system:serviceaccount:sh*", ...audience } })])),
      ],
      details: { ...HEALTHY.details, w: {} },
    },
    states: { "eks-work-cluster > w": "dangerous", "role w": "dangerous", "cart > w": undefined },
  },
  {
    name: "a wildcard in a namespace is no danger: who may make ServiceAccounts there is trusted",
    world: {
      ...HEALTHY,
      roles: [
        role(
          "r",
          trustPolicy([allow({ StringLike: { [SUB]: "system:serviceaccount:shop:*", ...audience } })]),
        ),
      ],
    },
    states: { "shop > r": "idle", "cart > r": "works", "role r": "works" },
  },
  {
    name: "a role that nobody becomes",
    world: { ...HEALTHY, roles: [R, role("n", trustPolicy([allow({ StringEquals: { [SUB]: "none" } })]))] },
    states: { "role n": "idle" },
  },
  {
    name: "a statement that lets in nobody, alone and beside one that does",
    world: {
      ...HEALTHY,
      roles: [
        role("n", trustPolicy([allow({ StringEquals: { [SUB]: "system:serviceaccount:shop:*" } })])),
        role(
          "r",
          trustPolicy([
            allow({ StringEquals: { [SUB]: "system:serviceaccount:shop:*" } }),
            allow({ StringEquals: { [SUB]: "system:serviceaccount:shop:cart" } }),
          ]),
        ),
      ],
    },
    states: { "role n": "broken", "role r": "works" },
  },
  {
    name: "a role that has nothing to do with the clusters",
    world: {
      ...HEALTHY,
      roles: [
        R,
        role(
          "ec2",
          trustPolicy([
            { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
          ]),
        ),
      ],
    },
    states: { "role ec2": undefined },
  },
];

function statesIn({ nodes, edges }: AccessGraph, names: readonly string[]) {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  const found = new Map<string, string>([
    ...nodes.map(({ kind, label, state }) => [`${kind} ${label}`, state] as const),
    ...edges.map(({ from, to, state }) => [`${labels.get(from)} > ${labels.get(to)}`, state] as const),
  ]);
  return Object.fromEntries(names.map((name) => [name, found.get(name)]));
}

describe("the states of a picture", () => {
  it.each(CASES)("$name", ({ world, states }) => {
    expect(statesIn(drawn(world), Object.keys(states))).toEqual(states);
  });

  it("follow from suppressed findings no more, but from what is so all the same", () => {
    const world = {
      ...HEALTHY,
      roles: [role("w", trustPolicy([allow({ StringEquals: audience })]))],
      details: { w: { inline: { all: EVERYTHING } } },
    };
    const suppressed = ["administrator", "sub-missing", "role-gone"].map((rule) => ({
      rule,
      subject: "*",
      reason: "known",
      until: "2999-12-31",
    }));
    expect(
      statesIn(drawn(world, { suppressions: suppressed }), ["role w", "eks-work-cluster > w", "cart > r"]),
    ).toEqual({
      "role w": "idle",
      "eks-work-cluster > w": "idle",
      "cart > r": "broken",
    });
  });

  it("are in the table for rules that there are", () => {
    const codes = new Set(RULES.map(({ code }) => code));
    expect([...RULE_STATES.keys()].filter((code) => !codes.has(code))).toEqual([]);
  });

  it.each([
    [[], "idle"],
    [["idle", "works"], "works"],
    [["works", "unknown"], "unknown"],
    [[...GRAPH_STATES].toReversed(), "dangerous"],
  ] as const)("of %j the worst is %s", (states, expected) => {
    expect(worst(states)).toBe(expected);
  });
});

it("what could not be read is in the picture", () => {
  const gaps = [{ what: "pods of x", failure: new Failure("denied", "forbidden", "not permitted") }];
  expect(drawn({ inventory: { gaps } }).notRead).toEqual([
    { what: "pods of x", code: "forbidden", message: "not permitted" },
  ]);
});
