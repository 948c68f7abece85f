import { valueOf } from "../../model/known.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { NotRead } from "../../model/access-answers.ts";
import type { OffNodeAnswer, OffNodeWorkload } from "../../model/off-node.ts";
import { ACTION_NAMES_DATE } from "../action-names.ts";
import { breaksOf, notKnownOf } from "./breaks.ts";
import type { ChosenWorkload, ObservedNamespace } from "./choose.ts";
import { offNodeCommands } from "./commands.ts";
import type { JudgedPod } from "./pods.ts";
import { proposeOffNode } from "./propose.ts";
import type { ObservedRole } from "./roles.ts";

/** What was read. */
export interface ObservedOffNode {
  readonly cluster: ClusterWithIssuer;
  readonly workloads: readonly ChosenWorkload[];
  readonly roles: readonly ObservedRole[];
  readonly pods: readonly JudgedPod[];
  readonly inNamespace: ObservedNamespace;
}

/** What was asked for. */
export interface OffNodeRequest {
  readonly file: string;
  readonly clusterFlags: readonly string[];
  /** Whether the operator named the roles: then workloads without pods move, too. */
  readonly isRoleNamed: boolean;
  readonly notRead: readonly NotRead[];
}

/** The answer, of what was read. */
export function offNodeAnswer(
  { cluster, workloads, roles, pods, inNamespace }: ObservedOffNode,
  { file, clusterFlags, isRoleNamed, notRead }: OffNodeRequest,
): OffNodeAnswer {
  const beyond = roles.filter(({ isBeyond }) => isBeyond);
  const proposed = proposeOffNode(roles);
  const boundaries = [...new Set(roles.flatMap(({ boundary }) => boundary ?? []))];
  const boundary = boundaries.length === 1 ? boundaries[0] : undefined;
  const isMoving = ({ state }: ChosenWorkload): boolean =>
    proposed.document !== undefined && (state === "on-node-role" || (state === "no-pods" && isRoleNamed));
  const shown = workloads.map((one): OffNodeWorkload => {
    const { judgedPods: _, keepsServiceAccount: __, isEditable, target, notes, ...rest } = one;
    if (!isMoving(one) || target === undefined) return { ...rest, notes: [], commands: [] };
    const exists = valueOf(inNamespace.serviceAccounts)?.some(({ ref }) => ref.name === target.name);
    return {
      ...rest,
      target,
      notes: [
        ...notes,
        ...(one.keepsServiceAccount || isEditable
          ? []
          : [`set serviceAccountName: ${target.name} in its manifest (irsa use-sa --file)`]),
        ...(isRoleUnknown(inNamespace)
          ? [`whether ServiceAccount ${target.name} has a role already could not be read`]
          : []),
        ...(boundaries.length > 1 ? [`the roles have different boundaries: ${boundaries.join(", ")}`] : []),
      ],
      commands: offNodeCommands(one, {
        file,
        boundary,
        clusterFlags,
        // What could not be read may have a role of another, which must not be overridden unseen.
        serviceAccountExists: exists === true,
      }),
    };
  });
  const breaks = breaksOf(pods, new Set(beyond.map(({ shown: { role } }) => role)));
  return {
    ...proposed,
    cluster,
    roles: roles.map((one) => one.shown),
    workloads: shown,
    breaks,
    notKnown: notKnownOf(pods, breaks),
    namesAsOf: ACTION_NAMES_DATE,
    file,
    notRead,
  };
}

function isRoleUnknown({ serviceAccounts, associations }: ObservedNamespace): boolean {
  return serviceAccounts.state === "unknown" || associations.state === "unknown";
}
