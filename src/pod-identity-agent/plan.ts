import type { ConflictMode } from "../model/addon-change.ts";
import type { Addon } from "../model/addon.ts";
import type { Change } from "../model/change.ts";
import { Failure } from "../model/failure.ts";
import type { Tags } from "../model/iam-objects.ts";
import { valueOf } from "../model/known.ts";
import { listText } from "../model/list-text.ts";
import { addonDigest } from "../model/observed-digest.ts";
import { clusterOwnershipTags } from "../model/ownership-tags.ts";
import type { Note } from "../model/plan.ts";
import { AGENT_DAEMON_SET, AGENT_NAME } from "../model/pod-identity-agent.ts";
import type { FromOperator } from "../model/source.ts";
import { nodeKind } from "./node-kind.ts";
import { agentNotes } from "./notes.ts";
import type { ObservedAgent } from "./observe.ts";

/** How the agent is to be installed. */
export interface DesiredAgent {
  /** EKS's default for the cluster, unless given; then also of an add-on that is installed. */
  readonly version?: FromOperator<string>;
  readonly resolveConflicts: ConflictMode;
  readonly tags: Tags;
}

/** The plan, and whether it is about an add-on at all: EKS Auto Mode needs none. */
export interface AgentPlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly isBuiltIn: boolean;
}

/**
 * The changes that install the agent as an EKS add-on, or update it as asked.
 * @throws Failure `addon-version`, `addon-busy` or `agent-self-managed`
 */
export function planAgent(desired: DesiredAgent, observed: ObservedAgent): AgentPlan {
  const { addon } = observed;
  checkVersion(desired, observed);
  if (addon !== undefined) return changed(desired, addon, observed);
  if (isBuiltIn(observed)) return { changes: [], notes: [], isBuiltIn: true };
  if (desired.resolveConflicts === "NONE" && valueOf(observed.daemonSet) === true) throw selfManaged();
  return { changes: [created(desired, observed)], notes: agentNotes(observed), isBuiltIn: false };
}

/** EKS Auto Mode, without nodes of any other kind: those need the add-on. */
function isBuiltIn({ cluster, nodes }: ObservedAgent): boolean {
  return (
    cluster.autoMode === true &&
    nodes.state === "known" &&
    nodes.value.every((node) => nodeKind(node) === "built-in")
  );
}

function created({ version, resolveConflicts, tags }: DesiredAgent, observed: ObservedAgent): Change {
  const { cluster, versions } = observed;
  const standard = valueOf(versions)?.find(({ isDefault }) => isDefault)?.version;
  const chosen = version ?? standard;
  return {
    kind: "create-addon",
    cluster: cluster.arn,
    addon: AGENT_NAME,
    ...(chosen !== undefined && { version: chosen }),
    isDefaultVersion: chosen !== undefined && chosen === standard,
    resolveConflicts,
    tags: { ...tags, ...clusterOwnershipTags(cluster) },
  };
}

/** Applying an add-on again helps where it has failed, with OVERWRITE if conflicts were the reason. */
const FAILED = new Set(["CREATE_FAILED", "UPDATE_FAILED", "DEGRADED"]);

function changed(desired: DesiredAgent, addon: Addon, observed: ObservedAgent): AgentPlan {
  const { version, tags } = desired;
  const setTags = Object.fromEntries(
    Object.entries(tags).filter(([key, value]) => addon.tags[key] !== value),
  );
  const isOther = version !== undefined && version !== addon.version;
  const isForced = desired.resolveConflicts === "OVERWRITE" && (isOther || FAILED.has(addon.status));
  const notes = agentNotes(observed);
  if (!isOther && !isForced && Object.keys(setTags).length === 0)
    return { changes: [], notes, isBuiltIn: false };
  if (isBusy(addon)) throw busy(addon);
  const edit: Change = {
    kind: "update-addon",
    cluster: observed.cluster.arn,
    addon: AGENT_NAME,
    arn: addon.arn,
    ...(isOther && { version }),
    resolveConflicts: isForced ? "OVERWRITE" : "NONE",
    setTags,
    tagsBefore: Object.fromEntries(Object.entries(addon.tags).filter(([key]) => Object.hasOwn(setTags, key))),
    before: addon.version,
    observed: addonDigest(addon),
  };
  return { changes: [edit], notes, isBuiltIn: false };
}

/** True while EKS works on the add-on, and takes no other change of it. */
function isBusy({ status }: Addon): boolean {
  return ["CREATING", "UPDATING", "DELETING"].includes(status);
}

/** EKS is at it; the command can be run again afterwards. */
function busy({ name, status }: Addon): Failure {
  return new Failure("refused", "addon-busy", `the add-on ${name} is ${status}`, {
    advice: "Wait until EKS is done, then run the same command again",
  });
}

function checkVersion({ version }: DesiredAgent, { versions, cluster }: ObservedAgent): void {
  if (version === undefined || versions.state === "unknown") return;
  const offered = versions.value.map((one) => one.version);
  if (offered.includes(version)) return;
  throw new Failure(
    "refused",
    "addon-version",
    `version '${version}' of ${AGENT_NAME} is not available for Kubernetes ${cluster.version}`,
    { facts: [["available", listText(offered, 8)]], advice: "Use one of these, or omit --addon-version" },
  );
}

function selfManaged(): Failure {
  return new Failure(
    "refused",
    "agent-self-managed",
    "the cluster has the Pod Identity agent, which was not installed as an EKS add-on",
    {
      facts: [["DaemonSet", `${AGENT_DAEMON_SET.namespace}/${AGENT_DAEMON_SET.name}`]],
      advice:
        "EKS Pod Identity works with it. To replace it with the EKS add-on, pass --resolve-conflicts OVERWRITE, and remove it from the Helm release or GitOps repository that manages it",
    },
  );
}
