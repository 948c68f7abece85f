import type { CloudFormationPort, EksPort, Receipt } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { roleRef } from "../model/arn.ts";
import type { ChangeKind, ChangeOf } from "../model/change.ts";
import { isFailure } from "../model/failure.ts";
import { awaitWay } from "./await-way.ts";
import { SYSTEM_CLOCK, type Clock } from "./clock.ts";
import type { Terms } from "./confirm.ts";
import { orGone } from "./preconditions.ts";
import { iamOf, type IamTargets } from "./iam-of.ts";
import { roleLooks, type RoleLook } from "./role-look.ts";
import { bindWorkload } from "./perform-workload.ts";
import { createProvider, deleteProvider, editProvider } from "./perform-provider.ts";
import { createAddon, deleteAddon, updateAddon } from "./perform-addon.ts";
import { createPodIdentity, deletePodIdentity, updatePodIdentity } from "./perform-pod-identity.ts";
import { confirmRelease, deleteStack, retainStack } from "./perform-stack.ts";
import { asPlanned, type Performed } from "./performed.ts";
import { createRole, deleteInlinePolicy, deleteRole, editRole, putInlinePolicy } from "./perform-role.ts";

/** What a plan is applied to. */
export interface Targets extends IamTargets {
  /** Absent where a plan holds no change of EKS. */
  readonly eks?: EksPort;
  /** Absent where a plan holds no change of the cluster. */
  readonly kubernetes: KubernetesPort | undefined;
  /** Absent where a plan holds no stack. */
  readonly cloudFormation?: CloudFormationPort | undefined;
  /** The machine's own, unless given. */
  readonly clock?: Clock;
}

/**
 * Applies one change. An edit re-reads its target immediately before writing and stops if it differs from what was
 * observed; so does a change of what is attached to a role, by `look`, unless the plan created or edited that role
 * itself. A create needs no check: names are unique.
 * @throws Failure `conflict` if the target has changed in the meantime, or what the API refuses
 */
export async function perform<Kind extends ChangeKind>(
  change: ChangeOf<Kind> & { readonly kind: Kind },
  targets: Targets,
  look: RoleLook = roleLooks(targets),
  signal?: AbortSignal,
): Promise<Performed> {
  const done = await PERFORMERS[change.kind](change, {
    ...targets,
    iam: iamOf(arnIn(change), targets),
    look,
    terms: { clock: targets.clock ?? SYSTEM_CLOCK, signal },
  });
  return "receipts" in done ? done : asPlanned(done);
}

/** The ARN of the role or provider that is changed. */
function arnIn(change: object): string | undefined {
  const { arn, role } = change as { readonly arn?: string; readonly role?: string };
  return arn ?? role;
}

/** What a change is performed with. */
interface Tools extends Targets {
  readonly look: RoleLook;
  readonly terms: Terms;
}

type Performer<Kind extends ChangeKind> = (
  change: ChangeOf<Kind>,
  tools: Tools,
) => Promise<Performed | readonly Receipt[]>;

const PERFORMERS: { readonly [Kind in ChangeKind]: Performer<Kind> } = {
  "create-provider": async (change, { iam }) => [await createProvider(change, iam)],
  "edit-provider": (change, { iam }) => editProvider(change, iam),
  "delete-provider": async (change, { iam }) => [await deleteProvider(change, iam)],
  "create-role": async (change, { iam, terms }) => [await createRole(change, iam, terms)],
  "edit-role": (change, { iam, terms }) => editRole(change, iam, terms),
  "delete-role": async (change, { iam }) => [await deleteRole(change, iam)],
  "attach-policy": async (change, { iam, look }) => {
    await look(change);
    return [await iam.attachPolicy(roleRef(change.role).name, change.policy)];
  },
  "detach-policy": async (change, { iam, look }) => {
    await look(change, "mayBeGone");
    return [await orGone(iam.detachPolicy(roleRef(change.role).name, change.policy))];
  },
  "put-inline-policy": async (change, { iam, look, terms }) => {
    await look(change);
    return putInlinePolicy(change, iam, terms);
  },
  "delete-inline-policy": async (change, { iam, look }) => {
    await look(change, "mayBeGone");
    return [await deleteInlinePolicy(change, iam)];
  },
  "leave-instance-profile": async (change, { iam, look }) => {
    await look(change, "mayBeGone");
    return [await orGone(iam.removeFromInstanceProfile(roleRef(change.role).name, change.profile))];
  },
  "create-pod-identity": async (change, { eks, terms }) => [
    await createPodIdentity(change, required(eks), terms),
  ],
  "update-pod-identity": (change, { eks, terms }) => updatePodIdentity(change, required(eks), terms),
  "delete-pod-identity": async (change, { eks }) => [await deletePodIdentity(change, required(eks))],
  "create-addon": async (change, { eks }) => [await createAddon(change, required(eks))],
  "update-addon": (change, { eks }) => updateAddon(change, required(eks)),
  "delete-addon": async (change, { eks }) => [await deleteAddon(change, required(eks))],
  "create-namespace": async ({ namespace }, { kubernetes }) => {
    await ignoringExisting(required(kubernetes).createNamespace(namespace));
    return [];
  },
  "create-service-account": async (change, { kubernetes }) => {
    await required(kubernetes).createServiceAccount({ ...change, ref: change.serviceAccount });
    return [];
  },
  "edit-service-account": async (change, { kubernetes }) => {
    await required(kubernetes).patchServiceAccount({
      ref: change.serviceAccount,
      labels: { ...change.setLabels, ...nulls(change.unsetLabels) },
      annotations: { ...change.setAnnotations, ...nulls(change.unsetAnnotations) },
      resourceVersion: change.resourceVersion,
    });
    return [];
  },
  "delete-service-account": async ({ serviceAccount, resourceVersion }, { kubernetes }) => {
    await orGone(required(kubernetes).deleteServiceAccount(serviceAccount, resourceVersion));
    return [];
  },
  "bind-workload": async (change, { kubernetes }) => {
    await bindWorkload(change, required(kubernetes));
    return [];
  },
  "restart-workload": async (change, { kubernetes, terms }) => {
    const api = required(kubernetes);
    await awaitWay(change, api, terms);
    await api.restartWorkload(change.workload, new Date());
    return [];
  },
  "retain-stack": (change, { cloudFormation }) => retainStack(change, required(cloudFormation)),
  "delete-stack": (change, { cloudFormation, iam }) => deleteStack(change, required(cloudFormation), iam),
  "confirm-release": (change, { iam }) => confirmRelease(change, iam),
};

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
  if (port === undefined) throw new TypeError("the plan changes what the run is not connected to");
  return port;
}
