import type { Sandbox } from "irsa-sandbox";
import type { Connection } from "../../../src/kubernetes/connection.ts";
import { podCredentials, type Answer, type PodJson } from "./credentials.ts";
import { FLEET, podTemplate, type FleetMember } from "./fleet.ts";

/** Watches that whoever had a role can assume it at every moment. */
export interface RoleWatch {
  /**
   * Lets each running pod and a new pod of each ServiceAccount ask for credentials; gives those that don't get their role.
   * Without `all`, those that nothing is done to are left out.
   */
  readonly stranded: (which?: "all") => Promise<readonly string[]>;
  /** The ServiceAccounts of which pods live on what their agent has kept, as EKS gives them nothing new. */
  readonly onKept: () => ReadonlySet<string>;
  /** By ServiceAccount, by which ways its running pods get their role. */
  readonly ways: () => Promise<Readonly<Record<string, string>>>;
}

/** What the agent of a node has kept for a pod, by its UID. */
interface Kept {
  readonly role: string;
  readonly until: number;
}

/**
 * For how long the agent gives a pod what it has, without asking EKS again. Source: aws/eks-pod-identity-agent,
 * `max-credential-retention-before-renewal`; by the pod's UID, and removed if EKS then says that there is no association.
 */
const KEPT_MS = 3 * 3_600_000;

/** A watch of the fleet in a running sandbox. */
export function watchRoles(sandbox: Sandbox, api: Connection): RoleWatch {
  const credentials = podCredentials(sandbox, api);
  const roles = new Map<string, string>();
  const kept = new Map<string, Kept>();
  let onKept = new Set<string>();

  /** The pods of workloads; those that are made to ask once are not among them. */
  async function running(): Promise<readonly PodJson[]> {
    const { body } = await api.send({ method: "GET", path: "/api/v1/pods" });
    return (body as { readonly items: readonly PodJson[] }).items.filter(
      ({ status, metadata }) => status?.phase === "Running" && metadata.deletionTimestamp === undefined,
    );
  }

  /** Why a running pod does not get its role; `undefined` if it does, or is gone meanwhile. */
  async function ofRunning(member: FleetMember, pod: PodJson): Promise<string | undefined> {
    const { uid, name } = pod.metadata;
    const answer = await credentials.ask(pod);
    const isByAgent = credentials.wayOf(pod) === "pod-identity";
    if (isRoleOf(member, answer)) {
      if (isByAgent && !kept.has(uid)) kept.set(uid, { ...answer, until: Date.now() + KEPT_MS });
      return undefined;
    }
    const still = await running();
    if (!still.some(({ metadata }) => metadata.uid === uid)) return undefined;
    const known = kept.get(uid);
    if (isByAgent && known !== undefined && known.until > Date.now() && isRoleOf(member, known)) {
      onKept.add(member.path);
      return undefined;
    }
    return `${member.path}, pod ${name}: ${text(answer)}`;
  }

  async function ofNew(member: FleetMember): Promise<string | undefined> {
    const [namespace = "", account = ""] = member.path.split("/");
    const { metadata, spec } = podTemplate(member);
    const labels = { ...metadata.labels, app: `new-${account}` };
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const made = { apiVersion: "v1", kind: "Pod", metadata: { generateName: "new-", labels }, spec };
    const pod = (await api.send({ method: "POST", path, body: made })).body as PodJson;
    try {
      const answer = await credentials.ask(pod);
      return isRoleOf(member, answer) ? undefined : `${member.path}, a new pod: ${text(answer)}`;
    } finally {
      await api.send({ method: "DELETE", path: `${path}/${pod.metadata.name}` });
    }
  }

  /** The role that the ServiceAccount had when it was first asked for. */
  function isRoleOf({ path }: FleetMember, answer: Answer): answer is { readonly role: string } {
    if ("refusal" in answer) return false;
    if (!roles.has(path)) roles.set(path, answer.role);
    return roles.get(path) === answer.role;
  }

  return {
    async stranded(which) {
      onKept = new Set();
      const pods = await running();
      const asked = FLEET.filter(
        ({ ways, workload }) => which === "all" || typeof ways !== "string" || workload === "Pod",
      );
      const found = await Promise.all(
        asked.map(async (member) => [
          ...(await Promise.all(podsOf(member, pods).map((pod) => ofRunning(member, pod)))),
          await ofNew(member),
        ]),
      );
      return found.flat().filter((one) => one !== undefined);
    },
    onKept: () => onKept,
    async ways() {
      const pods = await running();
      const found = FLEET.filter(({ workload }) => workload !== "none").map((member) => {
        const ways = new Set(podsOf(member, pods).map(credentials.wayOf));
        return [member.path, [...ways].join(", ")];
      });
      return Object.fromEntries(found) as Record<string, string>;
    },
  };
}

function podsOf({ path }: FleetMember, pods: readonly PodJson[]): readonly PodJson[] {
  return pods.filter(
    ({ metadata: { namespace, name }, spec }) =>
      `${namespace}/${spec.serviceAccountName}` === path && !name.startsWith("new-"),
  );
}

function text(answer: Answer): string {
  return "refusal" in answer ? answer.refusal : `credentials of ${answer.role}`;
}
