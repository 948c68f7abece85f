import type { ClusterArn } from "../model/arn.ts";
import type { Finding } from "../model/finding.ts";
import { known, listed, mapKnown, UNASKED } from "../model/known.ts";
import type { PodSummary } from "../model/kubernetes-objects.ts";
import { withClusters } from "./access-index.ts";
import { rulesOf } from "./all-rules.ts";
import { foundBy } from "./findings.ts";
import type { AuditedCluster } from "./inventory.ts";
import { NO_NODES } from "./nodes/cluster-nodes.ts";
import type { Observed } from "./observe.ts";
import { auditOf, type Rule } from "./rule.ts";

/** What is evaluated. */
export interface EvaluationOptions {
  /** Codes of rules; empty for all. */
  readonly rules: readonly string[];
  readonly unusedDays: number;
}

/** What was read, and what each rule finds in it. */
export interface Evaluation {
  readonly observed: Observed;
  readonly found: ReadonlyMap<Rule, readonly Finding[]>;
}

/** Evaluates the rules. */
export function evaluate(observed: Observed, { rules, unusedDays }: EvaluationOptions): Evaluation {
  const audit = auditOf(observed, unusedDays);
  return { observed, found: new Map(rulesOf(rules).map((rule) => [rule, foundBy(rule, audit)])) };
}

/**
 * The evaluation with the pods that there are now and everything else as it was read. A rule finds again only what depends on a
 * pod that is another. The result is that of `evaluate`, except that what follows from the time alone is as of before.
 * @param podsOf a cluster's pods; one that has not changed is the same object
 */
export function evaluateAgain(
  { observed: before, found }: Evaluation,
  podsOf: (cluster: AuditedCluster) => readonly PodSummary[],
  now: Date,
  options: EvaluationOptions,
): Evaluation {
  const observed = changed(before, now, (cluster) => ({ ...cluster, pods: known(podsOf(cluster)) }));
  if (before.inventory.clusters.some(({ pods }) => pods.state !== "known"))
    return evaluate(observed, options);
  const touched = touchedBetween(before, observed);
  const audit = auditOf(observed, options.unusedDays);
  const auditOfTouched = auditOf(onlyOf(observed, touched), options.unusedDays);
  const again = (rule: Rule, was: readonly Finding[]): readonly Finding[] => {
    if (rule.pods === undefined) return was;
    if (rule.pods === "all") return foundBy(rule, audit);
    return [...was.filter(({ subject }) => !touched.has(subject.id)), ...foundBy(rule, auditOfTouched)];
  };
  return { observed, found: new Map([...found].map(([rule, was]) => [rule, again(rule, was)])) };
}

function changed(
  observed: Observed,
  now: Date,
  change: (cluster: AuditedCluster) => AuditedCluster,
): Observed {
  const access = withClusters(observed.access, change);
  const clusters = access.clusters.map(({ audited }) => audited);
  return { ...observed, inventory: { ...observed.inventory, now, clusters }, access };
}

/** The ids of the ServiceAccounts of which a pod came, went or changed. */
function touchedBetween(before: Observed, after: Observed): ReadonlySet<string> {
  const touched = before.inventory.clusters.flatMap(({ cluster, pods }, at) => {
    const was = new Set(listed(pods));
    const is = new Set(listed(after.inventory.clusters[at]?.pods ?? UNASKED));
    const others = [...[...was].filter((pod) => !is.has(pod)), ...[...is].filter((pod) => !was.has(pod))];
    return others.map(({ namespace, serviceAccountName }) =>
      idOf(cluster.arn, namespace, serviceAccountName),
    );
  });
  return new Set(touched);
}

/** What was read, as those rules see it that look at each ServiceAccount's own pods, with these ServiceAccounts alone. */
function onlyOf(observed: Observed, ids: ReadonlySet<string>): Observed {
  const namespaces = new Set([...ids].map((id) => id.split("/").at(-2)));
  const only = (audited: AuditedCluster): AuditedCluster => {
    const { cluster, serviceAccounts, pods, associations } = audited;
    const isOf = (namespace: string, name: string): boolean =>
      namespaces.has(namespace) && ids.has(idOf(cluster.arn, namespace, name));
    return {
      ...audited,
      nodes: NO_NODES,
      serviceAccounts: mapKnown(serviceAccounts, (all) =>
        all.filter(({ ref }) => isOf(ref.namespace, ref.name)),
      ),
      associations: mapKnown(associations, (all) =>
        all.filter(({ serviceAccount: { namespace, name } }) => isOf(namespace, name)),
      ),
      pods: known(
        listed(pods).filter(({ namespace, serviceAccountName }) => isOf(namespace, serviceAccountName)),
      ),
    };
  };
  const { access, inventory } = observed;
  return changed({ ...observed, access: { ...access, roles: [] } }, inventory.now, only);
}

/** As a finding's subject has it. */
function idOf(cluster: ClusterArn, namespace: string, name: string): string {
  return `${cluster}/${namespace}/${name}`;
}
