import { aPod, manifestOf } from "../../fakes/pods.ts";
import { ownRole } from "../../fakes/values.ts";
import type { World } from "../../fakes/world.ts";
import {
  associate,
  changePod,
  podsTrust,
  TARGET,
  targetTrust,
  trusting,
  withAgent,
  withoutAgent,
} from "../associated.ts";
import { annotate, CART, clearPods, NODE, ROLE, ROLE_KEY, run } from "../healthy.ts";
import type { BrokenWorld } from "./broken-world.ts";

const DEPLOYMENT = "deploy/shop/cart";
const POD = "pod/shop/cart-5d9c-x1";

type Finds = Omit<BrokenWorld["finds"], "fix"> & { readonly fix?: "command" };

function world(name: string, finds: Finds, breaks: BrokenWorld["breaks"], subject?: string): BrokenWorld {
  return {
    name,
    way: "pod-identity",
    breaks,
    finds: { fix: "advice", ...finds },
    ...(subject !== undefined && { subject }),
  };
}

/** The shop's role assumes another one. */
function withTarget(world: World, trust = targetTrust()): void {
  world.withRole(TARGET, { trust });
  associate(world, { targetRoleArn: TARGET });
}

/** A trust policy that leaves it to the AWS account who may. */
function accountTrust(): typeof EMPTY {
  return JSON.parse(
    JSON.stringify(targetTrust()).replace(ROLE, "arn:aws:iam::111122223333:root"),
  ) as typeof EMPTY;
}

function withEnv(world: World, variables: Readonly<Record<string, string>>): void {
  const env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  run(world, manifestOf("cart", { containers: [{ name: "app", env }] }));
}

/** The pod as it was made without a webhook. */
function bare(world: World): void {
  clearPods(world);
  world.withPod(aPod("shop/cart-5d9c-x1", manifestOf("cart"), { workload: "deployment/cart", node: NODE }));
}

const AGENT = { link: "agent" } as const;
const TRUST = { link: "trust-policy" } as const;
const TO_TARGET = { link: "target-role" } as const;
const WORKLOAD = { link: "workload" } as const;
const IN_POD = { link: "pod" } as const;

/** Worlds with an association. */
export const ASSOCIATED_WORLDS: readonly BrokenWorld[] = [
  world("no agent", { ...AGENT, row: "P1", code: "agent-missing", fix: "command" }, withoutAgent),
  world(
    "an agent that is not ready on the pod's node",
    { ...AGENT, row: "P2", code: "agent-not-ready" },
    (one) => {
      withoutAgent(one);
      withAgent(one, false);
    },
  ),
  world("an add-on without pods", { ...AGENT, row: "P2", code: "agent-not-ready" }, (one) => {
    const addon = one.addons.get("eks-pod-identity-agent");
    withoutAgent(one);
    if (addon !== undefined) one.addons.set(addon.name, { ...addon, status: "DEGRADED" });
  }),
  world("a node without the agent", { ...AGENT, row: "P3", code: "agent-not-on-node" }, (one) => {
    one.api.nodes.set("gpu-1", { "kubernetes.io/os": "linux" });
    changePod(one, { node: "gpu-1" });
  }),
  world("a hybrid node without the agent", { ...AGENT, row: "P3", code: "agent-not-on-node" }, (one) => {
    one.api.nodes.set("mi-1", { "eks.amazonaws.com/compute-type": "hybrid" });
    changePod(one, { node: "mi-1" });
  }),
  world(
    "an association that is gone, seen from its pod",
    { link: "association", row: "P4", code: "association-missing" },
    (one) => one.associations.clear(),
    POD,
  ),
  world(
    "an association that is gone, without anything in its place",
    { link: "association", row: "P4", code: "association-missing" },
    (one) => one.associations.clear(),
  ),
  world(
    "an association that is gone, with an annotation in its place",
    { ...IN_POD, row: "P4", code: "pod-association-gone", fix: "command" },
    (one) => {
      one.associations.clear();
      one.withProvider();
      annotate(one, { [ROLE_KEY]: ROLE });
      one.editRole(ROLE, ({ role }) => ({
        role: { ...role, trust: one.trustOf({ serviceAccount: one.serviceAccount(CART).ref }) },
      }));
    },
  ),
  world("a role that is gone", { link: "role", row: "P5", code: "associated-role-missing" }, (one) =>
    one.iam.roles.clear(),
  ),
  world("a role under another path", { link: "role", row: "P5", code: "associated-role-missing" }, (one) => {
    one.associations.set(CART, ownRole("cart"));
  }),
  world("a role that trusts EC2", { ...TRUST, row: "P6", code: "pods-not-trusted", fix: "command" }, (one) =>
    trusting(one, JSON.parse(JSON.stringify(podsTrust()).replace("pods.eks", "ec2")) as typeof EMPTY),
  ),
  world("a trust policy for IRSA", { ...TRUST, row: "P6", code: "pods-not-trusted", fix: "command" }, (one) =>
    trusting(one, one.trustOf({ serviceAccount: one.serviceAccount(CART).ref })),
  ),
  world(
    "a trust policy without TagSession",
    { ...TRUST, row: "P7", code: "tag-session-missing", fix: "command" },
    (one) => trusting(one, podsTrust({}, ["sts:AssumeRole"])),
  ),
  world(
    "a trust policy for another cluster's account",
    { ...TRUST, row: "P8", code: "pods-condition-unmet", fix: "command" },
    (one) => trusting(one, podsTrust({ "aws:SourceAccount": "999999999999" })),
  ),
  world(
    "a trust policy for another namespace",
    { ...TRUST, row: "P8", code: "pods-condition-unmet", fix: "command" },
    (one) => trusting(one, podsTrust({ "aws:RequestTag/kubernetes-namespace": "shopping" })),
  ),
  world("a Deny for EKS", { ...TRUST, row: "P9", code: "pods-denied" }, (one) => {
    const { Statement } = podsTrust();
    const deny = { Effect: "Deny" as const, Principal: "*", Action: "sts:TagSession" };
    trusting(one, {
      Version: "2012-10-17",
      Statement: [...(Statement as readonly object[]), deny],
    } as typeof EMPTY);
  }),
  world("no target role", { ...TO_TARGET, row: "P10", code: "target-role-missing" }, (one) => {
    associate(one, { targetRoleArn: TARGET });
  }),
  world("a target role for another role", { ...TO_TARGET, row: "P11", code: "target-role-refuses" }, (one) =>
    withTarget(one, JSON.parse(JSON.stringify(targetTrust()).replace("cart", "till")) as typeof EMPTY),
  ),
  world(
    "a target role without TagSession",
    { ...TO_TARGET, row: "P12", code: "target-tag-session-missing" },
    (one) => withTarget(one, targetTrust({}, ["sts:AssumeRole"])),
  ),
  world(
    "a target role for another external ID",
    { ...TO_TARGET, row: "P13", code: "target-external-id" },
    (one) => {
      withTarget(one, targetTrust({ "sts:ExternalId": "before" }));
      associate(one, { withoutSessionTags: true, externalId: "now" });
    },
  ),
  world(
    "a target role that trusts the AWS account, and a role without permission",
    { ...TO_TARGET, row: "P24", code: "target-role-not-allowed" },
    (one) => withTarget(one, accountTrust()),
  ),
  world(
    "a target role, and a Deny in the role's own policies",
    { ...TO_TARGET, row: "P24", code: "target-role-not-allowed" },
    (one) => {
      withTarget(one);
      const deny = { Effect: "Deny" as const, Action: "sts:*", Resource: "*" };
      one.editRole(ROLE, () => ({ inline: { own: { Version: "2012-10-17", Statement: [deny] } } }));
    },
  ),
  world(
    "a session policy without an Allow",
    { link: "session-policy", row: "P14", code: "session-policy-empty" },
    (one) => {
      const policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "s3:*", Resource: "*" }],
      });
      associate(one, { withoutSessionTags: true, policy });
    },
  ),
  world(
    "a webhook that gives no answer",
    { link: "webhook", row: "P15", code: "association-not-injected" },
    (one) => (one.api.webhookCa = undefined),
  ),
  world(
    "a pod on Fargate",
    { ...IN_POD, row: "P16", code: "agent-not-on-fargate" },
    (one) => run(one, manifestOf("cart", {}, { labels: { "eks.amazonaws.com/fargate-profile": "fp" } })),
    POD,
  ),
  world(
    "Windows by nodeSelector",
    { ...WORKLOAD, row: "P17", code: "agent-not-on-windows" },
    (one) => run(one, manifestOf("cart", { nodeSelector: { "kubernetes.io/os": "windows" } })),
    DEPLOYMENT,
  ),
  world(
    "an agent of one's own",
    { ...WORKLOAD, row: "P19", code: "agent-variable-preset" },
    (one) => withEnv(one, { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9911/credentials" }),
    DEPLOYMENT,
  ),
  world(
    "a relative address, as ECS has it",
    { ...WORKLOAD, row: "P19", code: "agent-variable-preset" },
    (one) => withEnv(one, { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/creds" }),
    DEPLOYMENT,
  ),
  world(
    "an emptyDir with the webhook's name for its volume",
    { ...WORKLOAD, row: "P19", code: "agent-token-missing" },
    (one) => run(one, manifestOf("cart", { volumes: [{ name: "eks-pod-identity-token" }] })),
    DEPLOYMENT,
  ),
  world(
    "a pod with an emptyDir where its token should be",
    { ...IN_POD, row: "P19", code: "agent-token-missing" },
    (one) => run(one, manifestOf("cart", { volumes: [{ name: "eks-pod-identity-token" }] })),
    POD,
  ),
  world(
    "a web identity set by hand",
    { ...WORKLOAD, row: "P20", code: "web-identity-preset" },
    (one) => withEnv(one, { AWS_ROLE_ARN: ownRole("other"), AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/token" }),
    DEPLOYMENT,
  ),
  world(
    "static keys",
    { ...WORKLOAD, row: "E4", code: "static-keys" },
    (one) => withEnv(one, { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE" }),
    DEPLOYMENT,
  ),
  world(
    "the label that keeps the webhook away",
    { ...WORKLOAD, row: "D4", code: "skip-label" },
    (one) =>
      run(one, manifestOf("cart", {}, { labels: { "eks.amazonaws.com/skip-pod-identity-webhook": "" } })),
    DEPLOYMENT,
  ),
  world(
    "a pod from before the association",
    { ...IN_POD, row: "P21", code: "pod-before-association", fix: "command" },
    bare,
  ),
  world(
    "a pod with another role by IRSA, from before the association",
    { ...IN_POD, row: "P21", code: "pod-before-association", fix: "command" },
    (one) => {
      one.associations.clear();
      annotate(one, { [ROLE_KEY]: ownRole("before") });
      run(one, manifestOf("cart"));
      annotate(one, { [ROLE_KEY]: undefined });
      one.associations.set(CART, ROLE);
    },
  ),
  world(
    "an organization that denies it",
    { link: "exchange", row: "P23", code: "exchange-refused" },
    (one) => {
      one.decree.eksAuth = { code: "AccessDenied", message: "Unauthorized Exception!" };
    },
  ),
  world(
    "session tags that are too large",
    { link: "exchange", row: "P25", code: "session-tags-too-large" },
    (one) => {
      one.decree.eksAuth = {
        code: "PackedPolicyTooLarge",
        message: "Packed size of session tags consumes 104% of allotted space.",
      };
    },
  ),
  world(
    "no ServiceAccount",
    { link: "service-account", row: "C4", code: "account-missing", fix: "command" },
    (one) => one.api.serviceAccounts.delete(CART),
  ),
];

const EMPTY = podsTrust();
