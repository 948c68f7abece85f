import type { EksAuthPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { isSessionOf, type RoleArn } from "../model/arn.ts";
import { isFailure } from "../model/failure.ts";
import type { Pod } from "../model/kubernetes-objects.ts";
import { look, type Known } from "../model/known.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { sleep } from "../model/sleep.ts";
import { usesPodIdentity } from "../workload/injection.ts";
import { nextPause, provePodIdentity, type Proof, type ProofOptions } from "./proof.ts";

/** What to prove: pods of the ServiceAccount get credentials of the role by its association. */
export interface AssociationClaim {
  readonly serviceAccount: ServiceAccountRef;
  /** The cluster's name. */
  readonly cluster: string;
  /** The association's role, or its target role. */
  readonly role: RoleArn;
}

/** The proof's outcome: beside those of an exchange, what only Pod Identity has. */
export type AssociationProof =
  | Proof
  /** EKS gave credentials of another role until time ran out. */
  | {
      readonly state: "other-role";
      readonly tries: number;
      readonly milliseconds: number;
      readonly assumedRoleArn: string;
    }
  /** No pod runs whose token could be exchanged; whether a dry-run pod was given the agent's address and a token. */
  | { readonly state: "no-pod"; readonly injected: Known<boolean> };

interface Ports {
  readonly kubernetes: KubernetesPort;
  readonly eksAuth: EksAuthPort;
}

/**
 * Exchanges the token of a pod of the ServiceAccount, the newest that runs; where none does, tries how a new pod would be admitted.
 * Both are tried until they succeed or time runs out: EKS and its webhook learn of an association within some seconds.
 */
export async function proveAssociation(
  claim: AssociationClaim,
  ports: Ports,
  options: ProofOptions,
): Promise<AssociationProof> {
  const { kubernetes } = ports;
  const found = await look(() => kubernetes.listPods(claim.serviceAccount), isForbidden);
  if (found.state === "unknown")
    return { state: "not-permitted", lacks: "pods", reason: found.failure.message };
  for (const { name } of runningPods(found.value)) {
    const proof = await exchange(claim, name, ports, options);
    if (proof !== "gone") return proof;
  }
  return {
    state: "no-pod",
    injected: await look(() => isInjected(kubernetes, claim.serviceAccount, options)),
  };
}

const isForbidden = (error: unknown): boolean => isFailure(error, "forbidden");

/** The newest first: it is the last that a rollout replaces. */
function runningPods(pods: readonly Pod[]): readonly Pod[] {
  return pods
    .filter(({ phase }) => phase === "Running")
    .toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
}

async function exchange(
  { serviceAccount, cluster, role }: AssociationClaim,
  pod: string,
  ports: Ports,
  options: ProofOptions,
): Promise<AssociationProof | "gone"> {
  try {
    const proof = await provePodIdentity({ serviceAccount, cluster, pod, role }, ports, options);
    return proof.state === "accepted" && !isSessionOf(proof.assumedRoleArn, role)
      ? { ...proof, state: "other-role" }
      : proof;
  } catch (error) {
    // Pods end: nothing is wrong with the association.
    if (isFailure(error, "gone")) return "gone";
    throw error;
  }
}

async function isInjected(
  kubernetes: KubernetesPort,
  serviceAccount: ServiceAccountRef,
  { patienceMs, signal }: ProofOptions,
): Promise<boolean> {
  const begun = performance.now();
  for (let pause = nextPause(); ; pause = nextPause(pause)) {
    if (usesPodIdentity(await kubernetes.tryPod(serviceAccount))) return true;
    if (performance.now() - begun + pause > patienceMs || signal?.aborted === true) return false;
    await sleep(pause, signal);
  }
}
