import type { AwsPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { layerOf } from "../../model/change-facts.ts";
import type { Change } from "../../model/change.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { Plan } from "../../model/plan.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { recoverFailure } from "../../model/recover-failure.ts";
import { observeAssociation } from "../../oidc-association/observe.ts";
import { planAssociation } from "../../oidc-association/plan.ts";
import type { DesiredServiceAccount } from "../../service-account/create/desired.ts";
import { observeServiceAccount } from "../../service-account/create/observe.ts";
import { planServiceAccount } from "../../service-account/create/plan.ts";
import type { Repair } from "../../verification/repairs.ts";

/** What fixes are planned with. */
export interface RepairSources {
  readonly aws: AwsPort;
  readonly kubernetes: KubernetesPort;
  readonly cluster: ClusterWithIssuer;
  readonly clusterFlags: readonly string[];
}

type Part = Pick<Plan, "changes" | "notes">;
type ServiceAccountRepair = Extract<Repair, { kind: "service-account" }>;

/** One plan for all fixes; what can't be planned is a note that says why. */
export async function prepareRepairs(repairs: readonly Repair[], sources: RepairSources): Promise<Plan> {
  const serviceAccounts = repairs.filter(
    (repair): repair is ServiceAccountRepair => repair.kind === "service-account",
  );
  const provider = await prepareProvider(repairs, sources);
  const parts = await Promise.all(
    serviceAccounts.map((repair) =>
      recoverFailure(
        () => prepareOne(repair, sources),
        ({ message }) => leftOut(repair, message),
      ),
    ),
  );
  // The provider is planned once for all, with every audience; each ServiceAccount's plan has it again.
  const ofServiceAccounts = parts.flatMap(({ changes }) => changes).filter((change) => !isOfProvider(change));
  return {
    cluster: sources.cluster,
    changes: [...provider.changes, ...ofServiceAccounts],
    notes: [...provider.notes, ...parts.flatMap(({ notes }) => notes)],
  };
}

async function prepareProvider(repairs: readonly Repair[], { aws, cluster }: RepairSources): Promise<Part> {
  const repair = repairs.find(({ kind }) => kind === "provider");
  if (repair?.kind !== "provider") return { changes: [], notes: [] };
  const desired = { audiences: [repair.audience], tags: {}, thumbprints: [] };
  return planAssociation(desired, await observeAssociation(aws.iam, cluster));
}

/** Nothing is asked of the role's policies here, so that none is beyond what is asked. */
async function prepareOne(
  repair: ServiceAccountRepair,
  { aws, kubernetes, cluster, clusterFlags }: RepairSources,
): Promise<Part> {
  const desired = desiredOf(repair, clusterFlags);
  const sources = { aws, kubernetes, policies: Promise.resolve([]) };
  const { changes, notes } = planServiceAccount(
    desired,
    await observeServiceAccount(desired, cluster, sources),
  );
  return { changes, notes: notes.filter(({ code }) => code !== "attached-beyond") };
}

/** The ServiceAccount with the role that irsa keeps for it, as it is; nothing is asked of its policies. */
function desiredOf(
  { role, proof, way }: ServiceAccountRepair,
  clusterFlags: readonly string[],
): DesiredServiceAccount {
  return {
    serviceAccount: proof.serviceAccount,
    labels: {},
    role: { kind: "kept", name: role, proof },
    // What an association says beside its role stays; that sessions go without tags is not to be decided here.
    ...(way === "pod-identity" && { podIdentity: { withoutSessionTags: false } }),
    adopt: true,
    associate: true,
    addTrust: false,
    roleOnly: false,
    clusterFlags,
    allowDefaultServiceAccount: true,
    allowAdministrator: false,
  };
}

function leftOut({ serviceAccount }: ServiceAccountRepair, reason: string): Part {
  const message = `${serviceAccountPath(serviceAccount)} is left unchanged: ${reason}`;
  return { changes: [], notes: [{ level: "warning", code: "not-fixed", message }] };
}

function isOfProvider(change: Change): boolean {
  return layerOf(change) === "provider";
}
