import type { AccessGraph, GraphState } from "../../src/model/access-graph.ts";
import { clusterArn, roleArn, sketch, type FindingSketch, type GraphSketch } from "./sample-graph.ts";

const CLUSTER = clusterArn("shop");

/** A service of the fleet: its workload, ServiceAccount, role and policies, and how they fare. */
interface Service {
  readonly namespace: string;
  readonly workload: string;
  readonly serviceAccount: string;
  readonly role?: string;
  readonly policies?: readonly string[];
  /** Of the workload, of the way to the role, and of the role. */
  readonly states?: readonly [workload: GraphState, assumes: GraphState, role: GraphState];
  readonly why?: string;
  readonly finding?: FindingSketch & { readonly about: "account" | "role" };
}

const SERVICES: readonly Service[] = [
  {
    namespace: "amazon-cloudwatch",
    workload: "daemonset/cloudwatch-agent",
    serviceAccount: "cloudwatch-agent",
    role: "shop-cloudwatch-agent",
    policies: ["CloudWatchAgentServerPolicy"],
  },
  {
    namespace: "cert-manager",
    workload: "deployment/cert-manager",
    serviceAccount: "cert-manager",
    role: "shop-cert-manager",
    policies: ["route53-records"],
  },
  {
    namespace: "external-dns",
    workload: "deployment/external-dns",
    serviceAccount: "external-dns",
    role: "shop-external-dns",
    policies: ["route53-records"],
  },
  {
    namespace: "kube-system",
    workload: "deployment/aws-load-balancer-controller",
    serviceAccount: "aws-load-balancer-controller",
    role: "shop-aws-load-balancer-controller",
    policies: ["AWSLoadBalancerController"],
  },
  {
    namespace: "kube-system",
    workload: "deployment/ebs-csi-controller",
    serviceAccount: "ebs-csi-controller-sa",
    role: "shop-ebs-csi",
    policies: ["AmazonEBSCSIDriverPolicy"],
  },
  {
    namespace: "kube-system",
    workload: "deployment/cluster-autoscaler",
    serviceAccount: "cluster-autoscaler",
    role: "shop-cluster-autoscaler",
    policies: ["autoscaling"],
  },
  {
    namespace: "orders",
    workload: "deployment/api",
    serviceAccount: "api",
    role: "orders-api",
    policies: ["orders-table", "orders-events"],
  },
  {
    namespace: "orders",
    workload: "deployment/worker",
    serviceAccount: "worker",
    role: "orders-worker",
    policies: ["orders-events"],
  },
  {
    namespace: "orders",
    workload: "cronjob/report",
    serviceAccount: "report",
    role: "orders-report",
    policies: ["reports-bucket"],
    states: ["stale", "works", "works"],
    finding: {
      about: "account",
      rule: "stale-pods",
      severity: "medium",
      message: "2 pods run without the role that their ServiceAccount has now",
      evidence: [
        ["pods", "report-29384-x7k2p, report-29384-zq81c"],
        ["account annotated", "2026-11-20"],
        ["pods started", "2026-11-12"],
      ],
      remedy: "kubectl -n orders rollout restart deployment/report",
    },
  },
  {
    namespace: "payments",
    workload: "deployment/gateway",
    serviceAccount: "gateway",
    role: "payments-gateway",
    policies: ["payments-keys"],
    states: ["broken", "broken", "idle"],
    why: "trusts system:serviceaccount:payment:gateway, which is another namespace",
    finding: {
      about: "account",
      rule: "annotation-refused",
      severity: "high",
      message: "annotated with payments-gateway, whose trust policy does not let it in",
      evidence: [
        ["trusts", "system:serviceaccount:payment:gateway"],
        ["needs", "system:serviceaccount:payments:gateway"],
      ],
      remedy: `irsa create-sa --cluster shop -n payments --name gateway --attach-role-arn ${roleArn("payments-gateway")} --add-trust --approve`,
    },
  },
  {
    namespace: "payments",
    workload: "deployment/ledger",
    serviceAccount: "ledger",
    role: "payments-ledger",
    policies: ["ledger-table", "payments-keys"],
  },
  {
    namespace: "search",
    workload: "deployment/indexer",
    serviceAccount: "indexer",
    role: "search-indexer",
    policies: ["catalogue-bucket"],
    states: ["works", "unknown", "unknown"],
    why: "let in only if aws:SourceVpc is as the statement wants",
  },
  {
    namespace: "ci",
    workload: "deployment/runner",
    serviceAccount: "runner",
    role: "ci-deployer",
    policies: ["AdministratorAccess"],
    states: ["dangerous", "dangerous", "dangerous"],
    why: "statement 1, which takes every ServiceAccount of the namespace",
    finding: {
      about: "role",
      rule: "administrator",
      severity: "critical",
      message: "pods of ci/runner can become ci-deployer, which may do everything",
      evidence: [
        ["policy", "AdministratorAccess: Allow * on *"],
        ["reached by", "ci/runner"],
      ],
      remedy:
        "irsa update-sa --cluster shop -n ci --name runner --remove-policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
    },
  },
  {
    namespace: "media",
    workload: "deployment/resizer",
    serviceAccount: "resizer",
    role: "media-resizer",
    policies: ["media-bucket"],
  },
  {
    namespace: "media",
    workload: "job/import",
    serviceAccount: "importer",
    role: "media-import",
    states: ["broken", "broken", "broken"],
    why: "no such role",
    finding: {
      about: "account",
      rule: "role-gone",
      severity: "high",
      message: "annotated with a role that does not exist",
      evidence: [["annotation", roleArn("media-import")]],
      remedy: "irsa create-sa --cluster shop -n media --name importer --policy-file import.json --approve",
    },
  },
];

/** A cluster with fifteen ServiceAccounts, some of them in trouble. */
export function sampleFleet(): AccessGraph {
  const made = sketch();
  made.node("cluster", CLUSTER, "shop", {
    cluster: CLUSTER,
    state: "dangerous",
    facts: [
      ["region", "eu-west-1"],
      ["version", "1.34"],
      ["OIDC provider", "takes the audience sts.amazonaws.com"],
    ],
  });
  for (const service of SERVICES) addService(made, service);
  made.node("role", roleArn("legacy-batch"), "legacy-batch", {
    state: "idle",
    facts: [["last used", "not within IAM's tracking period"]],
  });
  made.found(roleArn("legacy-batch"), {
    rule: "unused-role",
    severity: "low",
    message: "legacy-batch trusts this cluster and has not been used for 400 days",
  });
  return made.graph();
}

function addService(made: GraphSketch, service: Service): void {
  const {
    namespace,
    workload,
    serviceAccount,
    role,
    policies = [],
    states = ["works", "works", "works"],
    why,
  } = service;
  const [workloadState, assumes, roleState] = states;
  const within = { cluster: CLUSTER, namespace };
  const id = `${CLUSTER}/${namespace}`;
  const before = made.graph().nodes.find((node) => node.id === id)?.state;
  made.node("namespace", id, namespace, { ...within, state: worst(before, worst(workloadState, assumes)) });
  if (before === undefined) made.edge("contains", CLUSTER, id, workloadState);
  const own = { ...within, state: workloadState };
  const runs = made.node("workload", `${id}/${workload}`, workload, own);
  const serviceAccountState = workloadState === "stale" ? "stale" : assumes;
  const as = made.node("service-account", `${id}/${serviceAccount}`, serviceAccount, {
    ...within,
    state: serviceAccountState,
    facts: [...(role === undefined ? [] : [["annotated with", roleArn(role)] as const]), ["pods", "2"]],
  });
  made.edge("contains", id, runs, workloadState);
  made.edge(
    "runs-as",
    runs,
    as,
    workloadState === "stale" ? "stale" : "works",
    workloadState === "stale" ? [["2 of 2 pods", "has no role: created before the annotation"]] : [],
  );
  if (role === undefined) return;
  const to = made.node("role", roleArn(role), role, {
    state: roleState,
    facts: [
      ["made", "2026-03-01"],
      ["last used", roleState === "works" ? "2026-11-24" : "not within IAM's tracking period"],
    ],
  });
  made.edge("assumes", as, to, assumes, [
    ["by", "its annotation"],
    why === undefined ? ["allowed by", "statement 1"] : ["why", why],
  ]);
  for (const policy of policies) {
    const state = policy === "AdministratorAccess" ? "dangerous" : roleState === "works" ? "works" : "idle";
    const arn =
      policy.startsWith("A") || policy.startsWith("C")
        ? `arn:aws:iam::aws:policy/${policy}`
        : `arn:aws:iam::111122223333:policy/${policy}`;
    made.node("policy", arn, policy, { state });
    made.edge("attached", to, arn, state, [["as", "attached"]]);
  }
  const { finding } = service;
  if (finding !== undefined) made.found(finding.about === "role" ? to : as, finding);
}

function worst(one: GraphState | undefined, other: GraphState): GraphState {
  const order: readonly GraphState[] = ["dangerous", "broken", "stale", "unknown", "works", "idle"];
  return order.find((state) => state === one || state === other) ?? "idle";
}
