import { setTimeout as sleep } from "node:timers/promises";
import { roleArn, serviceAccountName } from "./large-names.ts";
import { ROLE_KEY, type LargeObject } from "./large-cluster.ts";
import type { LargeWorld } from "./large-world.ts";

/** A change of the world, made to the objects of a number. */
export interface Change {
  readonly act: (world: LargeWorld, at: number) => void;
  /** Whether it is one that a watch tells, of the ServiceAccount of that number. */
  readonly isTold: boolean;
  /** Whether it is one that a poll alone can find. */
  readonly inAws?: true;
}

const ACCOUNTS = "/api/v1/serviceaccounts";
const PODS = "/api/v1/pods";

/** By what it is; a repair follows what it repairs. */
export const CHANGES: Readonly<Record<string, Change>> = {
  "a pod is not ready": { isTold: false, act: unready },
  "a pod is replaced": { isTold: false, act: replace },
  "a ServiceAccount names a role that does not exist": {
    isTold: true,
    act: (world, at) => annotate(world, at, roleArn(999_999)),
  },
  "it names its role again": { isTold: true, act: (world, at) => annotate(world, at, roleArn(at)) },
  "a role's trust policy no longer names its ServiceAccounts": {
    isTold: true,
    inAws: true,
    act: ({ closedRoles }, at) => void closedRoles.add(at),
  },
  "it names them again": {
    isTold: true,
    inAws: true,
    act: ({ closedRoles }, at) => void closedRoles.delete(at),
  },
};

/** A ServiceAccount's path, by its name or its number. */
export function pathOf(which: number | { readonly namespace: string; readonly name: string }): string {
  const { namespace, name } = typeof which === "number" ? serviceAccountName(which) : which;
  return `${namespace}/${name}`;
}

/** Changes pods at an even pace: of three changes one is of a pod's status, and two are of a pod that is replaced. */
export async function storm(
  world: LargeWorld,
  { seconds, perMinute }: { readonly seconds: number; readonly perMinute: number },
): Promise<void> {
  const begun = performance.now();
  for (let changes = 0, at = 0; changes < (perMinute * seconds) / 60; at += 1) {
    replace(world, at);
    unready(world, at);
    changes += 3;
    const due = begun + (changes * 60_000) / perMinute;
    if (due > performance.now()) await sleep(due - performance.now());
  }
}

function annotate({ api }: LargeWorld, at: number, role: string): void {
  const { metadata, ...rest } = required(api.object(ACCOUNTS, pathOf(at)));
  api.write(ACCOUNTS, { ...rest, metadata: { ...metadata, annotations: { [ROLE_KEY]: role } } }, "MODIFIED");
}

function unready({ api }: LargeWorld, at: number): void {
  const pod = required(api.podAt(at));
  const status = { phase: "Running", conditions: [{ type: "Ready", status: "False" }] };
  api.write(PODS, { ...pod, status }, "MODIFIED");
}

/** As a Deployment does: another one first. */
function replace({ api }: LargeWorld, at: number): void {
  const pod = required(api.podAt(at));
  const [name = "", generation = "0"] = pod.metadata.name.split(".");
  const metadata = { ...pod.metadata, name: `${name}.${Number(generation) + 1}` };
  api.write(PODS, { ...pod, metadata }, "ADDED");
  api.write(PODS, pod, "DELETED");
}

function required(object: LargeObject | undefined): LargeObject {
  if (object === undefined) throw new Error("no such object");
  return object;
}
