import type { FindingCode } from "../../../src/verification/rows.ts";
import { CLUSTER_CA } from "../../fakes/certificates.ts";
import { manifestOf } from "../../fakes/pods.ts";
import { CLOUDWATCH } from "../../fakes/values.ts";
import type { World } from "../../fakes/world.ts";
import { admitAnew } from "../admit-anew.ts";
import {
  associate,
  podsTrust,
  TARGET,
  targetTrust,
  trusting,
  withAgent,
  withoutAgent,
} from "../associated.ts";
import { annotate, CART, NODE, ROLE, ROLE_KEY, run } from "../healthy.ts";

type Follow = (world: World) => void;

const ALLOWED = ["sts:AssumeRole", "sts:TagSession"];

const restoreTrust: Follow = (world) => trusting(world, podsTrust());
const restoreTarget: Follow = (world) => trusting(world, targetTrust(), TARGET);
const plainTemplate: Follow = (world) => void run(world, manifestOf("cart"));

/** IRSA for the ServiceAccount instead: provider, trust, annotation, and no association. */
const useIrsa: Follow = (world) => {
  world.withProvider();
  trusting(world, world.trustOf({ serviceAccount: world.serviceAccount(CART).ref }));
  annotate(world, { [ROLE_KEY]: ROLE });
  world.associations.clear();
};

/** The agent on every node of the cluster, ready. */
const agentEverywhere: Follow = (world) => {
  withoutAgent(world);
  withAgent(world);
  const agent = world.api.pods.find(({ namespace }) => namespace === "kube-system");
  if (agent === undefined) throw new Error("the agent has no pod");
  const others = [...world.api.nodes.keys()].filter((node) => node !== NODE);
  world.api.pods.push(...others.map((node) => ({ ...agent, name: `agent-on-${node}`, node })));
};

/** What a reader does whom `verify` advises, by what it found in a chain by Pod Identity. */
export const FOLLOWED: Readonly<Partial<Record<FindingCode, Follow>>> = {
  "agent-not-ready": agentEverywhere,
  "agent-not-on-node": agentEverywhere,
  "association-missing": (world) => world.associations.set(CART, ROLE),
  "associated-role-missing": (world) => {
    world.withRole(ROLE, { trust: podsTrust() }, { attached: [CLOUDWATCH] });
    world.associations.set(CART, ROLE);
  },
  "pods-denied": restoreTrust,
  "target-role-missing": (world) => void world.withRole(TARGET, { trust: targetTrust() }),
  "target-role-refuses": restoreTarget,
  "target-tag-session-missing": restoreTarget,
  "target-external-id": (world) => trusting(world, targetTrust({ "sts:ExternalId": "now" }), TARGET),
  "target-role-not-allowed": (world) => {
    const statement = { Effect: "Allow" as const, Action: ALLOWED, Resource: TARGET };
    world.editRole(ROLE, () => ({ inline: { own: { Version: "2012-10-17", Statement: [statement] } } }));
  },
  "session-policy-empty": (world) => {
    const Statement = [{ Effect: "Allow", Action: "s3:*", Resource: "*" }];
    associate(world, { policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
  },
  "association-not-injected": (world) => {
    world.api.webhookCa = CLUSTER_CA;
  },
  "agent-not-on-fargate": (world) => {
    useIrsa(world);
    run(world, manifestOf("cart", {}, { labels: { "eks.amazonaws.com/fargate-profile": "fp" } }));
  },
  "agent-not-on-windows": (world) => {
    useIrsa(world);
    run(world, manifestOf("cart", { nodeSelector: { "kubernetes.io/os": "windows" } }));
  },
  "agent-by-proxy": (world) => {
    const env = [
      { name: "HTTP_PROXY", value: "http://p" },
      { name: "NO_PROXY", value: "169.254.170.23,[fd00:ec2::23]" },
    ];
    run(world, manifestOf("cart", { containers: [{ name: "app", env }] }));
  },
  "agent-variable-preset": plainTemplate,
  "agent-token-missing": plainTemplate,
  "web-identity-preset": plainTemplate,
  "static-keys": plainTemplate,
  "skip-label": plainTemplate,
  "pod-before-association": admitAnew,
  "exchange-refused": (world) => {
    delete world.decree.eksAuth;
  },
  "session-tags-too-large": (world) => {
    associate(world, { withoutSessionTags: true });
    delete world.decree.eksAuth;
  },
};
