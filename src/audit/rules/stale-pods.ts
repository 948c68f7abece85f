import { listed } from "../../model/known.ts";
import { counted } from "../../model/counted.ts";
import { serviceAccountPath, subjectOf, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { ClusterRef } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { byPlugin, restartWords } from "../../model/rollout-words.ts";
import { isRestartable } from "../../model/workload-kinds.ts";
import { associationsBySubject, podsOf, workloadNames } from "../annotated.ts";
import type { Remedy } from "../../model/remedy.ts";
import type { PodSummary } from "../../model/kubernetes-objects.ts";
import type { Found, Rule } from "../rule.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { hasFormerRole, lacksIdentity, lacksRole, presetsRole } from "../stale.ts";
import { aboutServiceAccount } from "../subjects.ts";
import { listText } from "../../model/list-text.ts";

/** Pods created before their ServiceAccount was annotated. */
export const stalePods: Rule = {
  code: "stale-pods",
  pods: "own",
  title: "pods run without the ServiceAccount's current role, or with a previous one",
  severity: "medium",
  why: `The webhook injects the role when a pod is created. Older pods run without credentials, with the node role, or with the previous role.`,
  finds: `Pods of annotated ServiceAccounts whose \`AWS_ROLE_ARN\` is missing or has a different role, and pods with an injected role whose ServiceAccount is no longer annotated. Of pods created after the annotation was written, only those that set \`AWS_ROLE_ARN\` themselves. Values from \`valueFrom\` are not checked. Pods of ServiceAccounts with a Pod Identity association that do not use it, or that were created before its last change while the agent may still have older credentials (six hours; an hour for target roles); pods that are prepared for Pod Identity and whose ServiceAccount has no association any more.`,
  remedies: `Restart the workload; if it sets \`AWS_ROLE_ARN\` itself, remove the variable.`,
  sources: ["https://github.com/aws/amazon-eks-pod-identity-webhook#readme"],
  *find({ inventory, access, annotated, pods: allPods }) {
    for (const cluster of access.clusters) {
      const pods = allPods.get(cluster);
      if (pods === undefined || cluster.audited.associations.state === "unknown") continue;
      const associated = associationsBySubject(cluster.audited);
      const texts = new Map(
        annotated.flatMap(({ cluster: own, serviceAccount, text }) =>
          own === cluster ? [[serviceAccount, text]] : [],
        ),
      );
      for (const serviceAccount of listed(cluster.audited.serviceAccounts)) {
        const text = texts.get(serviceAccount);
        const found = podsOf(pods, serviceAccount);
        const association = associated.get(subjectOf(serviceAccount.ref));
        if (association !== undefined) {
          yield* identityFindings(cluster.audited.cluster, found, association, inventory.now);
          continue;
        }
        const orphaned = found.filter(({ podIdentity }) => podIdentity);
        if (orphaned.length > 0) yield orphanedFinding(cluster.audited.cluster, serviceAccount.ref, orphaned);
        const all = found.filter((pod) => !orphaned.includes(pod));
        const preset = all.filter((pod) => text !== undefined && presetsRole(pod, text, serviceAccount));
        if (preset.length > 0 && text !== undefined)
          yield presetFinding(cluster.audited.cluster, serviceAccount.ref, preset, text);
        const stale = all.filter((pod) =>
          text === undefined ? hasFormerRole(pod) : lacksRole(pod, text) && !preset.includes(pod),
        );
        if (stale.length === 0) continue;
        const workloads = workloadNames(stale);
        yield {
          subject: aboutServiceAccount(cluster.audited.cluster, serviceAccount.ref),
          message: `${counted(stale.length, "pod")} of ${serviceAccountPath(serviceAccount.ref)} ${stale.length === 1 ? "runs" : "run"} ${text === undefined ? "with a role that it is no longer annotated with" : "without its role"}`,
          evidence: [
            ["workloads", listText(workloads)],
            ...(text === undefined ? formerRoles(stale) : [text]).map((role) => ["role", role] as const),
          ],
          remedy: restart(serviceAccount.ref, workloads, cluster.audited.cluster),
          namespaces: [serviceAccount.ref.namespace],
        };
      }
    }
  },
};

/** Pods that are not as the association would have them now; what the agent may have cached is a matter of hours. */
function* identityFindings(
  cluster: ClusterWithIssuer,
  pods: readonly PodSummary[],
  association: PodIdentityAssociation,
  now: Date,
): Iterable<Found> {
  const ref = association.serviceAccount;
  const lacks = new Map(pods.map((pod) => [pod, lacksIdentity(pod, association, now)]));
  const lacking = pods.filter((pod) => ["not-injected", "other-way"].includes(lacks.get(pod) ?? ""));
  const cached = pods.filter((pod) => lacks.get(pod) === "credentials-cached");
  const unprepared = pods.filter((pod) => lacks.get(pod) === "not-of-the-past");
  const evidence = (stale: readonly PodSummary[]) =>
    [
      ["workloads", listText(workloadNames(stale))],
      ["association", association.id],
      ["role", association.targetRoleArn ?? association.roleArn],
      ...formerRoles(stale).map((role) => ["AWS_ROLE_ARN", role] as const),
    ] as const;
  if (lacking.length > 0)
    yield {
      subject: aboutServiceAccount(cluster, ref),
      message: `${counted(lacking.length, "pod")} of ${serviceAccountPath(ref)} ${lacking.length === 1 ? "runs" : "run"} without its Pod Identity association`,
      evidence: evidence(lacking),
      remedy: restart(ref, workloadNames(lacking), cluster),
      namespaces: [ref.namespace],
    };
  if (unprepared.length > 0)
    yield {
      about: "unprepared",
      subject: aboutServiceAccount(cluster, ref),
      message: `${counted(unprepared.length, "pod")} of ${serviceAccountPath(ref)} ${unprepared.length === 1 ? "was" : "were"} created after its Pod Identity association, and ${unprepared.length === 1 ? "does" : "do"} not use it`,
      evidence: evidence(unprepared),
      remedy: {
        kind: "command",
        command: [
          "irsa",
          "verify",
          "--cluster",
          cluster.name,
          "--region",
          cluster.region,
          serviceAccountPath(ref),
        ],
      },
      namespaces: [ref.namespace],
    };
  if (cached.length > 0)
    yield {
      about: "cached",
      severity: "low",
      subject: aboutServiceAccount(cluster, ref),
      message: `${counted(cached.length, "pod")} of ${serviceAccountPath(ref)} may still run with credentials from before the last change of its Pod Identity association`,
      evidence: [
        ...evidence(cached),
        ...(association.modifiedAt === undefined
          ? []
          : [["changed", association.modifiedAt.toISOString()] as const]),
      ],
      remedy: restart(ref, workloadNames(cached), cluster),
      namespaces: [ref.namespace],
    };
}

function orphanedFinding(
  cluster: ClusterWithIssuer,
  ref: ServiceAccountRef,
  pods: readonly PodSummary[],
): Found {
  const verb = pods.length === 1 ? "asks" : "ask";
  return {
    about: "association-gone",
    subject: aboutServiceAccount(cluster, ref),
    message: `${counted(pods.length, "pod")} of ${serviceAccountPath(ref)} ${verb} the Pod Identity agent for credentials, but there is no association`,
    evidence: [["workloads", listText(workloadNames(pods))]],
    remedy: restart(ref, workloadNames(pods), cluster),
    namespaces: [ref.namespace],
  };
}

/** A restart would not help these: the role is in their manifest. */
function presetFinding(
  cluster: ClusterWithIssuer,
  ref: ServiceAccountRef,
  pods: readonly PodSummary[],
  annotated: string,
): Found {
  const verb = pods.length === 1 ? "sets" : "set";
  return {
    about: "preset",
    subject: aboutServiceAccount(cluster, ref),
    message: `${counted(pods.length, "pod")} of ${serviceAccountPath(ref)} ${verb} another role in AWS_ROLE_ARN`,
    evidence: [
      ["workloads", listText(workloadNames(pods))],
      ["role", annotated],
      ...formerRoles(pods).map((role) => ["AWS_ROLE_ARN", role] as const),
    ],
    remedy: {
      kind: "advice",
      text: "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the workload's env",
    },
    namespaces: [ref.namespace],
  };
}

function formerRoles(pods: readonly PodSummary[]): string[] {
  return [...new Set(pods.flatMap(({ roleArn }) => roleArn ?? []))].toSorted();
}

/** Jobs and bare pods can't be restarted. */
function restart(
  { namespace }: ServiceAccountRef,
  workloads: readonly string[],
  { name, region }: ClusterRef,
): Remedy {
  const restartable = workloads.filter(isRestartable);
  if (restartable.length === 0) return { kind: "advice", text: "Delete and recreate the pods" };
  const [only = "", ...more] = restartable;
  const single = more.length === 0 ? restartWords(only, namespace, []) : undefined;
  if (single !== undefined) return { kind: "command", command: single };
  const place = ["--cluster", name, "--region", region, "-n", namespace];
  return {
    kind: "command",
    command: restartable.some(byPlugin)
      ? ["irsa", "stale-pods", ...place, "--restart", "--approve"]
      : ["kubectl", "-n", namespace, "rollout", "restart", ...restartable],
  };
}
