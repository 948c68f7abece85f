import type { PodSummary } from "../../src/model/kubernetes-objects.ts";
import { Failure } from "../../src/model/failure.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import {
  serviceAccount,
  allow,
  association,
  AUD,
  audited,
  OTHER,
  role,
  SUB,
  trusting,
} from "../audit/build.ts";
import { INLINE, ownPolicy, ownRole, S3_READ } from "../fakes/values.ts";
import type { Given } from "./scenes.ts";

const EVERYTHING = trustPolicy([{ Effect: "Allow", Action: "*", Resource: "*" }]);
const READ = trustPolicy([{ Effect: "Allow", Action: ["s3:GetObject", "s3:ListBucket"], Resource: "*" }]);
const audience = { [AUD]: "sts.amazonaws.com" };

function pod(name: string, workload: string | undefined, changes: Partial<PodSummary> = {}): PodSummary {
  return {
    namespace: "shop",
    name,
    serviceAccountName: "cart",
    phase: "Running",
    ...(workload !== undefined && { workload }),
    injected: changes.roleArn !== undefined,
    podIdentity: false,
    staticKeys: false,
    ...changes,
  };
}

/** Two clusters with something of everything: every kind of node and edge, every state, something not read. */
export function fullWorld(): Given {
  const gaps = [
    {
      what: "pods of green",
      failure: new Failure("denied", "forbidden", "not permitted in the cluster: list pods"),
    },
  ];
  const clusters = [
    audited({
      serviceAccounts: [
        serviceAccount("shop/cart", { role: "r" }),
        serviceAccount("shop/web", { role: "gone" }),
        serviceAccount("shop/plain"),
        serviceAccount("pay/worker"),
        serviceAccount("pay/vpc", { role: "v" }),
        serviceAccount("pay/default", {
          role: "admin",
          "irsa/ignore": "default-account=it is so until 2999-12-31",
        }),
      ],
      pods: [
        pod("cart-1", "deployment/cart", { roleArn: ownRole("r") }),
        pod("cart-2", "deployment/cart"),
        pod("batch", undefined, { roleArn: ownRole("r"), staticKeys: true }),
        pod("vpc-0", "statefulset/vpc", {
          namespace: "pay",
          serviceAccountName: "vpc",
          roleArn: ownRole("v"),
        }),
        pod("lost-1", "daemonset/lost", { serviceAccountName: "lost", roleArn: ownRole("r") }),
      ],
      associations: [association("pay/worker", "p")],
    }),
    audited({
      cluster: OTHER,
      provider: "missing",
      serviceAccounts: [serviceAccount("shop/cart", { role: "r" })],
      pods: undefined,
    }),
  ];
  return {
    roles: [
      role("r", trusting("shop/cart"), { createdAt: "2026-11-01T00:00:00Z" }),
      role(
        "v",
        trustPolicy([
          allow({
            StringEquals: { ...audience, [SUB]: "system:serviceaccount:pay:vpc", "aws:SourceVpc": "vpc-1" },
          }),
        ]),
      ),
      role("wide", trustPolicy([allow({ StringLike: { [SUB]: "system:serviceaccount:pay:*" } })])),
      role("admin", trustPolicy([allow({ StringEquals: audience })])),
      role(
        "p",
        trustPolicy([
          {
            Effect: "Allow",
            Principal: { Service: "pods.eks.amazonaws.com" },
            Action: ["sts:AssumeRole", "sts:TagSession"],
          },
        ]),
      ),
    ],
    details: {
      r: { attached: [S3_READ], inline: { queue: INLINE }, boundary: ownPolicy("limit") },
      v: { attached: [S3_READ] },
      admin: { inline: { all: EVERYTHING } },
      p: { lastUsed: "2026-01-01T00:00:00Z" },
      wide: {},
    },
    policies: new Map([[S3_READ, READ]]),
    inventory: { clusters, gaps },
  };
}
