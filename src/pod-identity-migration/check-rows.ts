import type { AwsPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { isSessionOf, sessionRoleName } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { look, type Known } from "../model/known.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { WayName } from "../model/way.ts";
import type { RestartWorkload } from "../model/workload-change.ts";
import { workloadText } from "../model/workload-name.ts";
import { isPackedTooLarge } from "../verification/packed-size.ts";
import { prove, provePodIdentity, type Proof } from "../verification/proof.ts";
import { rolloutProgress } from "../workload/rollout.ts";
import type { MigrationRow, PlannedMigration, Subject, WayProof } from "./row.ts";

/** How many ServiceAccounts are tried side by side. */
const AT_ONCE = 8;

/** What is tried with. */
export interface CheckSources {
  readonly cluster: ClusterWithIssuer;
  readonly aws: Pick<AwsPort, "sts" | "eksAuth">;
  readonly kubernetes: KubernetesPort;
  readonly signal: AbortSignal;
  /** The flags that select the cluster, for commands that are printed. */
  readonly clusterFlags: readonly string[];
}

/**
 * Tries, before anything is written, what the planned changes rely on: that a token of the ServiceAccount gets its role by
 * the way to move to, and, where an association is deleted that pods use, that their workloads can be restarted
 * immediately afterwards. Gives the rows with what was found.
 */
export async function checkRows(
  rows: readonly MigrationRow[],
  subjects: readonly Subject[],
  goal: WayName,
  sources: CheckSources,
): Promise<readonly MigrationRow[]> {
  const byPath = new Map(subjects.map((one) => [serviceAccountPath(one.ref), one]));
  return mapConcurrent(rows, AT_ONCE, async (row) => {
    const subject = byPath.get(serviceAccountPath(row.serviceAccount));
    if (row.state === "failed" || !row.relies || subject === undefined) return row;
    const failure = await unrestartable(row, sources);
    if (failure !== undefined) return failed(row, failure);
    const proof = await look(() => proofOf(row, subject, goal, sources));
    return withProof(row, goal, proof, sources);
  });
}

function failed({ serviceAccount }: PlannedMigration, failure: Failure): MigrationRow {
  return { state: "failed", serviceAccount, failure };
}

/** Why pods would be left with an association that is gone; `undefined` if they won't. */
async function unrestartable(
  row: PlannedMigration,
  { kubernetes }: CheckSources,
): Promise<Failure | undefined> {
  if (!row.changes.some(({ kind }) => kind === "delete-pod-identity")) return undefined;
  const restarts = row.changes.filter((one) => one.kind === "restart-workload");
  const found = await mapConcurrent(restarts, AT_ONCE, async (one) => stuckRestart(one, kubernetes));
  return found.find((one) => one !== undefined);
}

async function stuckRestart(
  { workload }: RestartWorkload,
  kubernetes: KubernetesPort,
): Promise<Failure | undefined> {
  const name = workloadText(workload);
  const tried = await look(async () => {
    await kubernetes.tryRestart(workload);
    return kubernetes.getWorkload(workload);
  });
  const because = (reason: string, cause?: Failure): Failure =>
    new Failure(
      "refused",
      "not-ready",
      `pods of ${name} would be left without credentials, since a restart would not replace them: ${reason}`,
      {
        advice: "Make it possible to restart the workload, or delete its pods after the association",
        ...(cause !== undefined && { cause }),
      },
    );
  if (tried.state === "unknown") return because(tried.failure.message, tried.failure);
  const rollout = tried.value?.rollout;
  if (rollout === undefined) return undefined;
  const { state, text } = rolloutProgress(rollout);
  return state === "done"
    ? undefined
    : because(state === "running" ? `its last rollout is not complete: ${text}` : text);
}

/** `undefined` where there is nothing to exchange a token with. */
async function proofOf(
  { role }: PlannedMigration,
  { ref, pods }: Subject,
  goal: WayName,
  { cluster, aws: { sts, eksAuth }, kubernetes, signal }: CheckSources,
): Promise<Proof | undefined> {
  const options = { patienceMs: 0, signal };
  if (goal === "irsa")
    return (
      role && prove({ serviceAccount: ref, audience: DEFAULT_AUDIENCE, role }, { kubernetes, sts }, options)
    );
  const pod = pods.find(({ phase }) => phase === "Running")?.name;
  if (pod === undefined) return undefined;
  const claim = { serviceAccount: ref, cluster: cluster.name, pod };
  return provePodIdentity(claim, { kubernetes, eksAuth }, options);
}

function withProof(
  row: PlannedMigration,
  goal: WayName,
  found: Known<Proof | undefined>,
  { clusterFlags }: CheckSources,
): MigrationRow {
  const tried = (proof: WayProof): MigrationRow => ({ ...row, proof });
  if (found.state === "unknown") return tried({ state: "not-tried", reason: found.failure.message });
  const proof = found.value;
  if (proof === undefined)
    return tried({ state: "not-tried", reason: "no pod runs whose token could be exchanged" });
  switch (proof.state) {
    case "accepted":
      return row.role === undefined || isSessionOf(proof.assumedRoleArn, row.role)
        ? tried({ state: "accepted" })
        : failed(row, ofAnother(row, sessionRoleName(proof.assumedRoleArn)));
    case "not-permitted":
      return tried({ state: "not-tried", reason: proof.reason });
    case "refused":
      return proof.code === "Throttling"
        ? tried({ state: "not-tried", reason: `${proof.code}: ${proof.message}` })
        : failed(row, refusal(row, goal, proof, clusterFlags));
  }
}

/** EKS may still know an earlier state of the association, whose role shows nothing of the one that it has now. */
function ofAnother({ serviceAccount }: PlannedMigration, given: string): Failure {
  const path = serviceAccountPath(serviceAccount);
  return new Failure("refused", "not-ready", `EKS still gives pods of ${path} another role, ${given}`, {
    advice: "Changes of an association take some seconds to propagate: run the same command again",
  });
}

function refusal(
  { serviceAccount }: PlannedMigration,
  goal: WayName,
  { code, message }: { readonly code: string; readonly message: string },
  clusterFlags: readonly string[],
): Failure {
  const path = serviceAccountPath(serviceAccount);
  const who = goal === "irsa" ? "STS" : "EKS";
  const isTooLarge = isPackedTooLarge({ code, message });
  return new Failure("refused", "not-ready", `${who} rejects a token of ${path}: ${code}: ${message}`, {
    advice: isTooLarge
      ? `The session tags of ${path} are too large. Disable them with irsa create-sa --pod-identity --disable-session-tags, or keep IRSA`
      : "What was changed less than a minute ago may not have propagated yet: run the same command again. To find the broken link:",
    ...(!isTooLarge && { command: ["irsa", "verify", path, ...clusterFlags] }),
  });
}
