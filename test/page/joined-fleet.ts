import { withAwsAccounts, type GraphAccount } from "../../src/graph/aws-accounts.ts";
import type { AccessGraph, GraphState } from "../../src/model/access-graph.ts";
import type { ClusterArn } from "../../src/model/arn.ts";
import { sketch, type GraphSketch } from "./sample-graph.ts";

const STATES: readonly GraphState[] = ["works", "works", "works", "stale", "works", "broken"];
const HUB = "100000000000";
/** Its roles are assumed from everywhere, and it could not be read. */
const VAULT = "900000000000";

/** So many AWS accounts with clusters of the same names; roles of the first are assumed from the others. */
export function joinedFleet(awsAccounts: number, clusters: number): AccessGraph {
  const made = sketch();
  const lake = made.node("role", `arn:aws:iam::${HUB}:role/lake-reader`, "lake-reader");
  const keys = made.node("role", `arn:aws:iam::${VAULT}:role/keys`, "keys", { state: "unknown" });
  const numbers = Array.from({ length: awsAccounts }, (_, at) => String(100_000_000_000 + at));
  for (const [at, number] of numbers.entries())
    for (let place = 0; place < clusters; place += 1) {
      const state = STATES[(at + place) % STATES.length] ?? "works";
      const serviceAccount = cluster(made, number, `eks-${place}`, state);
      made.edge("assumes", serviceAccount, at % 2 === 0 ? lake : keys, at % 2 === 0 ? "works" : "unknown");
    }
  const accounts = [
    ...numbers.map((awsAccount, at): GraphAccount => ({
      awsAccount,
      name: at === 0 ? "hub" : `team-${at}`,
      missing: [],
    })),
    { awsAccount: VAULT, name: "vault", missing: [MISSING] },
  ];
  return withAwsAccounts(made.graph(), accounts, false);
}

const MISSING: GraphAccount["missing"][number] = {
  region: null,
  cluster: null,
  error: { code: "access-denied", message: "not permitted: sts:AssumeRole" },
};

function cluster(made: GraphSketch, number: string, name: string, state: GraphState): string {
  const arn = `arn:aws:eks:eu-west-1:${number}:cluster/${name}` as ClusterArn;
  made.node("cluster", arn, name, { cluster: arn, state });
  const within = { cluster: arn, namespace: "payments", state };
  const namespace = made.node("namespace", `${arn}/payments`, "payments", within);
  const workload = made.node("workload", `${namespace}/deployment/api`, "deployment/api", within);
  const serviceAccount = made.node("service-account", `${namespace}/api`, "api", within);
  made.edge("contains", arn, namespace, state);
  made.edge("contains", namespace, workload, state);
  made.edge("runs-as", workload, serviceAccount, state);
  return serviceAccount;
}
