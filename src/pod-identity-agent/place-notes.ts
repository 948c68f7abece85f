import { installAgentWords } from "../model/agent-words.ts";
import { counted } from "../model/counted.ts";
import type { Failure } from "../model/failure.ts";
import { listText } from "../model/list-text.ts";
import type { FargateProfile } from "../model/node-objects.ts";
import type { Note } from "../model/plan.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { matchesWildcard } from "../model/trust-policy/match.ts";
import { podWay } from "../model/way.ts";
import type { ObservedPlaces } from "./observe-places.ts";

/** How many associations a cluster may have. Source: EKS User Guide, "Service quotas"; it can't be raised. */
export const ASSOCIATION_QUOTA = 5_000;
/** From how many on the plan mentions the quota. */
const NEAR_QUOTA = 4_500;

/**
 * What a user should know before a ServiceAccount is given its role by EKS Pod Identity: where pods won't get it. What is
 * unknown is said to be so, and is never taken for absent.
 * @param creates whether the plan creates the association
 */
export function placeNotes(
  observed: ObservedPlaces,
  creates: boolean,
  clusterFlags: readonly string[],
): Note[] {
  return [
    ...agentNotes(observed, clusterFlags),
    ...fargateNotes(observed),
    ...(creates ? [...quotaNotes(observed), ...runningNotes(observed)] : []),
  ];
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
function fargateNotes({ profiles, serviceAccount: { namespace } }: ObservedPlaces): Note[] {
  if (profiles.state === "unknown")
    return [
      unknownNote(
        "fargate-profiles-unknown",
        `whether pods of namespace ${namespace} run on Fargate, which EKS Pod Identity does not support,`,
        profiles.failure,
      ),
    ];
  return profiles.value.flatMap((profile) =>
    selections(profile, namespace).map((which) => ({
      level: "warning",
      code: "fargate-profile-matches",
      message: `Fargate profile ${profile.name} selects ${which} in namespace ${namespace}; EKS Pod Identity does not support Fargate, use IRSA for them`,
    })),
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

function quotaNotes({ associations }: ObservedPlaces): Note[] {
  if (associations.state === "unknown")
    return [
      unknownNote("association-quota-unknown", "how many associations the cluster has", associations.failure),
    ];
  const count = associations.value;
  if (count < NEAR_QUOTA) return [];
  const has = `the cluster has ${count} of at most ${ASSOCIATION_QUOTA} Pod Identity associations`;
  const message = count < ASSOCIATION_QUOTA ? has : `${has}: EKS will refuse to create another`;
  return [{ level: "warning", code: "association-quota", message }];
}

/** Pods keep what they were given when they were created. */
function runningNotes({ pods, serviceAccount }: ObservedPlaces): Note[] {
  const path = serviceAccountPath(serviceAccount);
  if (pods.state === "unknown")
    return [unknownNote("pods-unknown", `whether pods of ${path} must be restarted`, pods.failure)];
  const older = pods.value.filter(
    ({ phase, spec }) => phase === "Running" && podWay(spec) !== "pod-identity",
  );
  if (older.length === 0) return [];
  const message = `${counted(older.length, "pod")} of ${path} must be restarted to get the role: ${listText(older.map(({ name }) => name))}`;
  return [{ level: "warning", code: "pods-before-association", message }];
}

function unknownNote(code: string, what: string, { message }: Failure): Note {
  return { level: "warning", code, message: `${what} is unknown: ${message}` };
}
