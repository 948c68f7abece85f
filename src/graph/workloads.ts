import { counted } from "../model/counted.ts";
import { groupBy } from "../audit/group-by.ts";
import { hasFormerRole, lacksRole } from "../audit/stale.ts";
import { listText } from "../audit/texts.ts";
import type { GraphFact, GraphNode, GraphState } from "../model/access-graph.ts";
import { ROLE_ANNOTATION, type PodGlance } from "../model/kubernetes-objects.ts";
import type { DrawnAccount, Run } from "./drawn.ts";
import { inCluster } from "./ids.ts";
import type { Scene } from "./scene.ts";
import { worst } from "./states.ts";
import { isUsed, type Way } from "./ways.ts";

/** What runs as the account, by workload. */
export function runsOf(account: DrawnAccount, ways: readonly Way[], scene: Scene): Run[] {
  const { findings } = scene;
  // Whether pods have what an association gives can't be told from the little that is kept of them.
  const judged = account.found !== undefined && scene.isAssociated(account) === false;
  const groups = groupBy(account.pods ?? [], ({ workload, name }) => workload ?? `pod/${name}`);
  return [...groups].map(([workload, pods]) => {
    const wrong = judged ? pods.flatMap((pod) => wrongWith(pod, account) ?? []) : [];
    const withKeys = pods.filter(({ staticKeys }) => staticKeys);
    return {
      account,
      workload,
      pods,
      edge: {
        from: inCluster(account.cluster.audited.cluster, `${account.ref.namespace}/${workload}`),
        to: account.id,
        kind: "runs-as",
        state: wrong.length === 0 ? wellState(account, ways) : worst(wrong.map(({ state }) => state)),
        facts: [
          ...wrongFacts(wrong, pods.length),
          ...(withKeys.length === 0
            ? []
            : [
                [
                  "static keys",
                  `${counted(withKeys.length, "pod")} with AWS_ACCESS_KEY_ID, which comes before any role`,
                ] as const,
              ]),
        ],
        findings: [
          ...(wrong.length === 0 ? [] : findings.about(account.id, "stale-pods", "account-gone")),
          ...(withKeys.length === 0 ? [] : findings.about(account.id, "static-keys")),
        ].toSorted((one, other) => one - other),
      },
    };
  });
}

/** How pods run that lack nothing. */
function wellState({ found }: DrawnAccount, ways: readonly Way[]): GraphState {
  if (found === undefined) return "unknown";
  return ways.some(isUsed) ? "works" : "idle";
}

type Wrong = { readonly state: GraphState; readonly why: string };

function wrongFacts(wrong: readonly Wrong[], all: number): GraphFact[] {
  const reasons = groupBy(wrong, ({ why }) => why);
  return [...reasons.keys()]
    .toSorted()
    .map((why) => [`${reasons.get(why)?.length ?? 0} of ${counted(all, "pod")}`, why]);
}

/** What a pod lacks of what its account would give to a new one. */
function wrongWith(pod: PodGlance, { found }: DrawnAccount): Wrong | undefined {
  const { roleArn } = pod;
  if (found === undefined) return undefined;
  if (found === "missing")
    return roleArn === undefined
      ? undefined
      : { state: "broken", why: "the account is gone: the token is renewed no more" };
  const annotated = found.annotations[ROLE_ANNOTATION] ?? "";
  if (annotated === "")
    return hasFormerRole(pod)
      ? { state: "stale", why: `has ${roleArn ?? ""}, which the account names no more` }
      : undefined;
  if (!lacksRole(pod, annotated)) return undefined;
  return {
    state: "stale",
    why: roleArn === undefined ? "has no role: it is older than the annotation" : `has ${roleArn}`,
  };
}

/** A workload as a node, from all that its pods run as; in trouble as its accounts are. */
export function workloadNode(
  runs: readonly [Run, ...Run[]],
  accounts: ReadonlyMap<string, GraphNode>,
): GraphNode {
  const [{ account, workload, edge }] = runs;
  const pods = runs.flatMap((run) => run.pods).map(({ name }) => name);
  return {
    id: edge.from,
    kind: "workload",
    label: workload,
    cluster: account.cluster.audited.cluster.name,
    namespace: account.ref.namespace,
    state: worst(runs.flatMap((run) => [run.edge.state, accounts.get(run.edge.to)?.state ?? "idle"])),
    facts: workload.startsWith("pod/") ? [] : [["pods", listText(pods.toSorted())]],
    findings: [...new Set(runs.flatMap((run) => run.edge.findings))].toSorted((one, other) => one - other),
  };
}
