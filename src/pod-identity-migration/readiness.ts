import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { Failure } from "../model/failure.ts";
import { fieldManagerOf } from "../model/field-manager.ts";
import type { Pod } from "../model/kubernetes-objects.ts";
import { AGENT_URIS } from "../model/pod-identity-agent.ts";
import { listText } from "../model/list-text.ts";
import { audienceOf } from "../model/service-account-facts.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { podWay, type WayName } from "../model/way.ts";
import { isOnFargate } from "../workload/fargate.ts";
import { movingIdentityProblems } from "../workload/pod-identity-problems.ts";
import { problemText } from "../workload/problem-text.ts";
import { windowsBy } from "../workload/windows.ts";
import { hasAgent, nodesWithoutAgent, type AgentPlaces } from "./agent.ts";
import type { Subject } from "./row.ts";

/** Why a ServiceAccount can't move to the way, whatever its role; `undefined` if nothing is against it. */
export function notReady(subject: Subject, goal: WayName, agent: AgentPlaces): Failure | undefined {
  return (
    ownedByAddOn(subject) ??
    otherAudience(subject) ??
    beyondIrsa(subject) ??
    (goal === "irsa" ? undefined : (placeless(subject, agent) ?? awayFromAgent(subject) ?? outdated(subject)))
  );
}

function ownedByAddOn({ ref, association, serviceAccount }: Subject): Failure | undefined {
  const owner = association?.ownerArn;
  const isAddOns = serviceAccount !== undefined && fieldManagerOf(serviceAccount)?.system === "eks-add-on";
  if (owner === undefined && !isAddOns) return undefined;
  const what = owner === undefined ? "" : "the Pod Identity association of ";
  return new Failure(
    "refused",
    "association-owned",
    `${what}${serviceAccountPath(ref)} is managed by an EKS add-on, which would overwrite it`,
    {
      ...(owner !== undefined && { facts: [["owner", owner]] }),
      advice: "Change it with aws eks update-addon --pod-identity-associations",
    },
  );
}

/** Someone chose the audience, and may read that token; the other way's token has another. */
function otherAudience({ ref, serviceAccount }: Subject): Failure | undefined {
  const audience = audienceOf(serviceAccount);
  if (audience === DEFAULT_AUDIENCE) return undefined;
  return failure(
    `the tokens of ${serviceAccountPath(ref)} have the audience '${audience}', on which something else may depend`,
    "If nothing does, remove the annotation eks.amazonaws.com/audience first",
  );
}

/** What an association can do and an annotation can't. */
function beyondIrsa({ ref, association }: Subject): Failure | undefined {
  const has = [
    ...(association?.targetRoleArn === undefined ? [] : ["a target role"]),
    ...(association?.policy === undefined ? [] : ["a session policy"]),
    ...(association?.withoutSessionTags === true ? ["session tags disabled"] : []),
  ];
  if (has.length === 0) return undefined;
  return failure(
    `the Pod Identity association of ${serviceAccountPath(ref)} has ${has.join(" and ")}, so the two ways don't give the same access`,
    "Change it with irsa create-sa --pod-identity, or keep both ways",
  );
}

/** Where its pods run. Without pods, the cluster must have the agent at all. */
function placeless({ ref, pods }: Subject, agent: AgentPlaces): Failure | undefined {
  const path = serviceAccountPath(ref);
  const fargate = pods.filter(({ spec }) => isOnFargate(spec));
  if (fargate.length > 0)
    return failure(
      `pods of ${path} run on Fargate, which EKS Pod Identity does not support: ${someNames(fargate.map(nameOf))}`,
      "Keep IRSA for them",
    );
  const windows = pods.filter(({ spec }) => windowsBy(spec) !== undefined);
  if (windows.length > 0)
    return failure(
      `pods of ${path} run on Windows, which EKS Pod Identity does not support: ${someNames(windows.map(nameOf))}`,
      "Keep IRSA for them",
    );
  if (!hasAgent(agent)) return failure("the EKS Pod Identity agent does not run in the cluster", INSTALL);
  const nodes = nodesWithoutAgent(pods, agent);
  return nodes.length === 0
    ? undefined
    : failure(
        `the EKS Pod Identity agent does not run on nodes with pods of ${path}: ${someNames(nodes)}`,
        `${INSTALL}, and let it run on these nodes`,
      );
}

/** What in a pod's manifest keeps its SDK from the agent, whatever the webhook injects, and by whichever of its addresses. */
function awayFromAgent({ ref, pods }: Subject): Failure | undefined {
  for (const { name, spec } of pods.filter((pod) => podWay(pod.spec) === "irsa")) {
    const [found, ...others] = AGENT_URIS.map((uri) => movingIdentityProblems(spec, uri)[0]);
    if (found !== undefined && others.every((one) => one !== undefined))
      return failure(
        `pods of ${serviceAccountPath(ref)} would not get credentials from the EKS Pod Identity agent: ${name} ${problemText(found)}`,
        "Change the pod template first",
      );
  }
  return undefined;
}

/** By the files that were given for it, which nothing in the cluster can confirm. */
function outdated({ ref, sdks }: Subject): Failure | undefined {
  if (sdks === undefined || sdks.tooOld.length === 0) return undefined;
  return failure(
    `${serviceAccountPath(ref)} uses AWS SDKs that do not support EKS Pod Identity: ${listText(sdks.tooOld, 3)}`,
    "Update them first",
  );
}

const INSTALL = "Install the EKS add-on eks-pod-identity-agent (irsa associate-agent)";

function failure(message: string, advice: string): Failure {
  return new Failure("refused", "not-ready", message, { advice });
}

function nameOf({ name }: Pod): string {
  return name;
}

/** The names that a reason lists. */
export function someNames(names: readonly string[]): string {
  return listText(names, 3);
}
