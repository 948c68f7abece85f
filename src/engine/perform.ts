import type { CloudFormationPort, IamPort, Receipt } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { roleRef } from "../model/arn.ts";
import type { Change } from "../model/change.ts";
import type { EditRole, PutInlinePolicy } from "../model/role-change.ts";
import { isFailure } from "../model/failure.ts";
import { SYSTEM_CLOCK, type Clock } from "./clock.ts";
import { orGone } from "./preconditions.ts";
import { roleLooks, type RoleLook } from "./role-look.ts";
import { bindWorkload } from "./perform-workload.ts";
import { createProvider, deleteProvider, editProvider } from "./perform-provider.ts";
import { confirmRelease, deleteStack, retainStack } from "./perform-stack.ts";
import { asPlanned, type Performed } from "./performed.ts";
import { createRole, deleteInlinePolicy, deleteRole, editRole, putInlinePolicy } from "./perform-role.ts";

/** What a plan is applied to. */
export interface Targets {
  readonly iam: IamPort;
  /** Absent where a plan holds no change of the cluster. */
  readonly kubernetes: KubernetesPort | undefined;
  /** Absent where a plan holds no stack. */
  readonly cloudFormation?: CloudFormationPort | undefined;
  /** The machine's own, unless given. */
  readonly clock?: Clock;
}

/**
 * Does one change. An edit re-reads its target just before it writes and stops if that is no longer what was
 * observed; so does what hangs on a role, by `look`, unless the plan made or edited the role itself. A create finds out
 * by itself, since names are unique.
 * @throws Failure `conflict` when the target has changed meanwhile, or what the API refuses
 */
export async function perform(
  change: Change,
  targets: Targets,
  look: RoleLook = roleLooks(targets.iam),
  signal?: AbortSignal,
): Promise<Performed> {
  const terms = { clock: targets.clock ?? SYSTEM_CLOCK, signal };
  if (change.kind === "edit-role") return editRole(change, targets.iam, terms);
  if (change.kind === "put-inline-policy") {
    await look(change);
    return putInlinePolicy(change, targets.iam, terms);
  }
  return asPlanned(await receiptsOf(change, targets, look));
}

async function receiptsOf(
  change: Exclude<Change, EditRole | PutInlinePolicy>,
  { iam, kubernetes, cloudFormation }: Targets,
  look: RoleLook,
): Promise<readonly Receipt[]> {
  switch (change.kind) {
    case "create-provider":
      return [await createProvider(change, iam)];
    case "edit-provider":
      return editProvider(change, iam);
    case "delete-provider":
      return [await deleteProvider(change, iam)];
    case "create-role":
      return [await createRole(change, iam)];
    case "delete-role":
      return [await deleteRole(change, iam)];
    case "attach-policy":
      await look(change);
      return [await iam.attachPolicy(roleRef(change.role).name, change.policy)];
    case "detach-policy":
      await look(change, "mayBeGone");
      return [await orGone(iam.detachPolicy(roleRef(change.role).name, change.policy))];
    case "delete-inline-policy":
      await look(change, "mayBeGone");
      return [await deleteInlinePolicy(change, iam)];
    case "leave-instance-profile":
      await look(change, "mayBeGone");
      return [await orGone(iam.removeFromInstanceProfile(roleRef(change.role).name, change.profile))];
    case "create-namespace":
      await ignoringExisting(required(kubernetes).createNamespace(change.namespace));
      return [];
    case "create-service-account":
      await required(kubernetes).createServiceAccount({ ...change, ref: change.serviceAccount });
      return [];
    case "edit-service-account":
      await required(kubernetes).patchServiceAccount({
        ref: change.serviceAccount,
        labels: { ...change.setLabels, ...nulls(change.unsetLabels) },
        annotations: { ...change.setAnnotations, ...nulls(change.unsetAnnotations) },
        resourceVersion: change.resourceVersion,
      });
      return [];
    case "delete-service-account":
      await orGone(required(kubernetes).deleteServiceAccount(change.serviceAccount, change.resourceVersion));
      return [];
    case "bind-workload":
      await bindWorkload(change, required(kubernetes));
      return [];
    case "restart-workload":
      await required(kubernetes).restartWorkload(change.workload, new Date());
      return [];
    case "retain-stack":
      return retainStack(change, required(cloudFormation));
    case "delete-stack":
      return deleteStack(change, required(cloudFormation), iam);
    case "confirm-release":
      return confirmRelease(change, iam);
  }
}

/** How a merge patch removes keys. */
function nulls(keys: readonly string[] = []): Record<string, null> {
  return Object.fromEntries(keys.map((key) => [key, null]));
}

async function ignoringExisting(create: Promise<void>): Promise<void> {
  try {
    await create;
  } catch (error) {
    if (!isFailure(error, "already-exists")) throw error;
  }
}

function required<Port>(port: Port | undefined): Port {
  if (port === undefined) throw new TypeError("the plan changes objects in a cluster that is not connected");
  return port;
}
