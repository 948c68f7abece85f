import { listed } from "../model/known.ts";
import { counted } from "../model/counted.ts";
import { groupBy } from "../audit/group-by.ts";
import { hasFormerRole, lacksIdentity, lacksRole, presetsRole } from "../audit/stale.ts";
import { listText } from "../model/list-text.ts";
import type { GraphFact, GraphNode, GraphState } from "../model/access-graph.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import type { PodSummary } from "../model/kubernetes-objects.ts";
import { annotatedRole } from "../model/service-account-facts.ts";
import type { DrawnServiceAccount, Run } from "./drawn.ts";
import { inCluster } from "./ids.ts";
import type { GraphInput } from "./input.ts";
import { worst } from "./states.ts";
import { isUsed, type AccessPath } from "./paths.ts";

/** What runs as the ServiceAccount, by workload. */
export function runsOf(
  serviceAccount: DrawnServiceAccount,
  paths: readonly AccessPath[],
  input: GraphInput,
): Run[] {
  const { findings } = input;
  const association = input.associationOf(serviceAccount);
  const judged = serviceAccount.found.state === "known" && association.state === "known";
  const groups = groupBy(listed(serviceAccount.pods), ({ workload, name }) => workload ?? `pod/${name}`);
  return [...groups].map(([workload, pods]) => {
    const wrong = judged
      ? pods.flatMap(
          (pod) =>
            (association.value === undefined
              ? wrongWith(pod, serviceAccount)
              : wrongBeside(pod, association.value, input.audit.inventory.now)) ?? [],
        )
      : [];
    const withKeys = pods.filter(({ staticKeys }) => staticKeys);
    return {
      serviceAccount,
      workload,
      pods,
      edge: {
        from: inCluster(
          serviceAccount.cluster.audited.cluster,
          `${serviceAccount.ref.namespace}/${workload}`,
        ),
        to: serviceAccount.id,
        kind: "runs-as",
        state: wrong.length === 0 ? wellState(serviceAccount, paths) : worst(wrong.map(({ state }) => state)),
        facts: [
          ...wrongFacts(wrong, pods.length),
          ...(withKeys.length === 0
            ? []
            : [
                [
                  "static keys",
                  `${counted(withKeys.length, "pod")} with AWS_ACCESS_KEY_ID, which takes precedence over the role`,
                ] as const,
              ]),
        ],
        findings: [
          ...(wrong.length === 0 ? [] : findings.about(serviceAccount.id, "stale-pods", "account-gone")),
          ...(withKeys.length === 0 ? [] : findings.about(serviceAccount.id, "static-keys")),
        ].toSorted((one, other) => one - other),
      },
    };
  });
}

/** How pods run that lack nothing. */
function wellState({ found }: DrawnServiceAccount, paths: readonly AccessPath[]): GraphState {
  if (found.state === "unknown") return "unknown";
  return paths.some(isUsed) ? "works" : "idle";
}

type Wrong = { readonly state: GraphState; readonly why: string };

function wrongFacts(wrong: readonly Wrong[], all: number): GraphFact[] {
  const reasons = groupBy(wrong, ({ why }) => why);
  return [...reasons.keys()]
    .toSorted()
    .map((why) => [`${reasons.get(why)?.length ?? 0} of ${counted(all, "pod")}`, why]);
}

/** What a pod lacks of what its ServiceAccount's association gives to a new one. */
function wrongBeside(pod: PodSummary, association: PodIdentityAssociation, now: Date): Wrong | undefined {
  switch (lacksIdentity(pod, association, now)) {
    case undefined:
      return undefined;
    case "not-injected":
      return { state: "stale", why: "does not use Pod Identity, as new pods do" };
    case "not-of-the-past":
      return { state: "broken", why: "does not use Pod Identity, although created after the association" };
    case "other-way":
      return {
        state: "stale",
        why: `has ${pod.roleArn ?? "a role"} by IRSA; new pods use Pod Identity`,
      };
    case "credentials-cached":
      return { state: "stale", why: "may still have credentials from before the association's last change" };
  }
}

/** What a pod lacks of what its ServiceAccount would give to a new one. */
function wrongWith(pod: PodSummary, { found }: DrawnServiceAccount): Wrong | undefined {
  const { roleArn } = pod;
  if (found.state === "unknown") return undefined;
  if (found.value === undefined)
    return roleArn === undefined
      ? undefined
      : { state: "broken", why: "the ServiceAccount does not exist: the token can't be refreshed" };
  if (pod.podIdentity)
    return { state: "stale", why: "asks the Pod Identity agent, but the ServiceAccount has no association" };
  const { text: annotated } = annotatedRole(found.value);
  if (annotated === "")
    return hasFormerRole(pod)
      ? { state: "stale", why: `has ${roleArn ?? ""}, which the ServiceAccount is no longer annotated with` }
      : undefined;
  if (!lacksRole(pod, annotated)) return undefined;
  if (presetsRole(pod, annotated, found.value))
    return { state: "broken", why: `sets AWS_ROLE_ARN itself, to ${roleArn ?? ""}` };
  return {
    state: "stale",
    why: roleArn === undefined ? "has no role: created before the annotation" : `has ${roleArn}`,
  };
}

/** A workload as a node, from all that its pods run as; in trouble as its ServiceAccounts are. */
export function workloadNode(
  runs: readonly [Run, ...Run[]],
  serviceAccounts: ReadonlyMap<string, GraphNode>,
): GraphNode {
  const [{ serviceAccount, workload, edge }] = runs;
  const pods = runs.flatMap((run) => run.pods).map(({ name }) => name);
  return {
    id: edge.from,
    kind: "workload",
    label: workload,
    cluster: serviceAccount.cluster.audited.cluster.arn,
    namespace: serviceAccount.ref.namespace,
    state: worst(runs.flatMap((run) => [run.edge.state, serviceAccounts.get(run.edge.to)?.state ?? "idle"])),
    facts: workload.startsWith("pod/") ? [] : [["pods", listText(pods.toSorted())]],
    findings: [...new Set(runs.flatMap((run) => run.edge.findings))].toSorted((one, other) => one - other),
  };
}
