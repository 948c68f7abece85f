import { installAgentWords } from "../model/agent-words.ts";
import type { Change } from "../model/change.ts";
import { counted } from "../model/counted.ts";
import type { Failure } from "../model/failure.ts";
import { grouped } from "../model/grouped.ts";
import type { Pod } from "../model/kubernetes-objects.ts";
import { listed, type Known } from "../model/known.ts";
import { listText } from "../model/list-text.ts";
import type { FargateProfile } from "../model/node-objects.ts";
import type { Note } from "../model/plan.ts";
import {
  serviceAccountPath,
  type NamespaceName,
  type ServiceAccountRef,
} from "../model/service-account-ref.ts";
import { matchesWildcard } from "../model/trust-policy/match.ts";
import { podWay } from "../model/way.ts";
import type { ObservedCreation, ObservedPlaces, RunningPods } from "./observe-places.ts";

/** How many associations a cluster may have. Source: EKS User Guide, "Service quotas"; it can't be raised. */
export const ASSOCIATION_QUOTA = 5_000;
/** From how many on the plan mentions the quota. */
const NEAR_QUOTA = 4_500;

/**
 * What a user should know before ServiceAccounts are given their roles by EKS Pod Identity: where pods won't get them. What is
 * unknown is said to be so, and is never taken for absent. What is of the cluster is said once.
 * @param creating the ServiceAccounts for which the plan creates an association
 */
export function placeNotes(
  observed: ObservedPlaces,
  creating: readonly ServiceAccountRef[],
  clusterFlags: readonly string[],
): Note[] {
  const { created } = observed;
  return [
    ...agentNotes(observed, clusterFlags),
    ...fargateNotes(observed),
    ...(creating.length === 0 || created === undefined
      ? []
      : [...quotaNotes(created, creating.length), ...runningNotes(created.pods, creating)]),
  ];
}

/** The ServiceAccounts for which changes create an association. */
export function createdAssociations(changes: readonly Change[]): readonly ServiceAccountRef[] {
  return changes.flatMap((change) => (change.kind === "create-pod-identity" ? [change.serviceAccount] : []));
}

function agentNotes({ addon, coverage, cluster }: ObservedPlaces, clusterFlags: readonly string[]): Note[] {
  if (coverage.state === "unknown")
    return [unknownNote("agent-unknown", "on which nodes the Pod Identity agent is ready", coverage.failure)];
  const { ready, missing } = coverage.value;
  const isBuiltIn = cluster.autoMode === true;
  if (ready === 0 && !isBuiltIn && addon.state === "unknown")
    return [unknownNote("agent-unknown", "whether the Pod Identity agent is installed", addon.failure)];
  if (ready === 0 && !isBuiltIn && addon.state === "known" && addon.value === undefined)
    return [
      {
        level: "warning",
        code: "agent-missing",
        message:
          "the Pod Identity agent is not installed, and pods get no credentials without it. To install it:",
        command: installAgentWords(clusterFlags),
      },
    ];
  if (missing.length === 0) return [];
  const nodes = counted(missing.length, "node");
  return [
    {
      level: "warning",
      code: "agent-not-on-nodes",
      message: `the Pod Identity agent is not ready on ${nodes}, where pods get no credentials: ${listText(missing)}`,
    },
  ];
}

/** What pods have for labels can't be known before they are created. */
function fargateNotes({ profiles, serviceAccounts }: ObservedPlaces): Note[] {
  const namespaces = [...new Set(serviceAccounts.map(({ namespace }) => namespace))];
  const [only, ...more] = namespaces;
  if (only === undefined) return [];
  if (profiles.state === "unknown") {
    const where = more.length === 0 ? `namespace ${only}` : `these ${namespaces.length} namespaces`;
    const what = `whether pods of ${where} run on Fargate, which EKS Pod Identity does not support,`;
    return [unknownNote("fargate-profiles-unknown", what, profiles.failure)];
  }
  return profiles.value.flatMap((profile) =>
    [...grouped(selectedIn(profile, namespaces), ({ which }) => which)].map(([which, found]) => {
      const where = listText(found.map(({ namespace }) => namespace));
      const message = `Fargate profile ${profile.name} selects ${which} in namespace${found.length > 1 ? "s" : ""} ${where}; EKS Pod Identity does not support Fargate, use IRSA for them`;
      return { level: "warning", code: "fargate-profile-matches", message } as const;
    }),
  );
}

function selectedIn(profile: FargateProfile, namespaces: readonly NamespaceName[]) {
  return namespaces.flatMap((namespace) =>
    selections(profile, namespace).map((which) => ({ namespace, which })),
  );
}

/** Which pods of the namespace the profile selects. */
function selections({ selectors }: FargateProfile, namespace: string): string[] {
  // Source: EKS User Guide, "Fargate profile wildcards": `*` is any characters, `?` one.
  const matching = selectors.filter((one) => matchesWildcard(one.namespace, namespace));
  if (matching.some(({ labels }) => Object.keys(labels).length === 0)) return ["pods"];
  return matching.map(({ labels }) => {
    const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    return `pods with labels ${pairs.join(", ")}`;
  });
}

function quotaNotes({ associations }: ObservedCreation, creating: number): Note[] {
  if (associations.state === "unknown")
    return [
      unknownNote("association-quota-unknown", "how many associations the cluster has", associations.failure),
    ];
  const count = associations.value;
  const after = count + creating;
  if (after <= NEAR_QUOTA) return [];
  const has = `the cluster has ${count} of at most ${ASSOCIATION_QUOTA} Pod Identity associations`;
  const excess = after - ASSOCIATION_QUOTA;
  const refuses = creating === 1 ? "another" : `${excess} of the ${creating} of this plan`;
  const message = excess > 0 ? `${has}: EKS will refuse to create ${refuses}` : has;
  return [{ level: "warning", code: "association-quota", message }];
}

/** Pods keep what they were given when they were created. */
function runningNotes(observed: readonly RunningPods[], creating: readonly ServiceAccountRef[]): Note[] {
  const paths = new Set(creating.map(serviceAccountPath));
  const about = observed.filter(({ serviceAccount }) => paths.has(serviceAccountPath(serviceAccount)));
  const unread = about.flatMap(({ serviceAccount, pods }) =>
    pods.state === "unknown" ? [{ path: serviceAccountPath(serviceAccount), failure: pods.failure }] : [],
  );
  const older = about.flatMap(({ serviceAccount, pods }) => {
    const names = olderThan(pods);
    return names.length === 0 ? [] : [{ path: serviceAccountPath(serviceAccount), names }];
  });
  return [...unreadNotes(unread), ...olderNotes(older)];
}

function unreadNotes(
  unread: readonly { readonly path: string; readonly failure: Failure }[],
): readonly Note[] {
  const [first] = unread;
  if (first === undefined) return [];
  const whose = listText(unread.map(({ path }) => path));
  return [unknownNote("pods-unknown", `whether pods of ${whose} must be restarted`, first.failure)];
}

function olderThan(pods: Known<readonly Pod[]>): readonly string[] {
  return listed(pods)
    .filter(({ phase, spec }) => phase === "Running" && podWay(spec) !== "pod-identity")
    .map(({ name }) => name);
}

function olderNotes(
  older: readonly { readonly path: string; readonly names: readonly string[] }[],
): readonly Note[] {
  const [first, ...more] = older;
  if (first === undefined) return [];
  const { path, names } = first;
  const count = older.reduce((sum, one) => sum + one.names.length, 0);
  const message =
    more.length === 0
      ? `${counted(count, "pod")} of ${path} must be restarted to get the role: ${listText(names)}`
      : `${count} pods of ${older.length} ServiceAccounts must be restarted to get their roles: ${listText(older.map((one) => one.path))}`;
  return [{ level: "warning", code: "pods-before-association", message }];
}

function unknownNote(code: string, what: string, { message }: Failure): Note {
  return { level: "warning", code, message: `${what} is unknown: ${message}` };
}
