import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AwsAccountState, AwsState, KubeObject, KubernetesState, RoleState } from "irsa-sandbox/parts";
import { AWS_ACCOUNT, OTHERS } from "./place.ts";

/** What a sandbox at rest holds: what a run is to bring about, and what is others', byte for byte. */
export interface StateAtRest {
  readonly irsas: object;
  readonly others: string;
}

/** Reads the folder of a sandbox that has ended. */
export function stateOf(folder: string): StateAtRest {
  const aws = (read(join(folder, "aws.json")) as AwsState).awsAccounts[AWS_ACCOUNT];
  const file = readdirSync(folder).find((name) => name.startsWith("arn."));
  if (aws === undefined || file === undefined) throw new Error(`no state in ${folder}`);
  const { objects } = read(join(folder, file)) as KubernetesState;
  return { irsas: irsasOf(aws, objects), others: JSON.stringify(othersOf(aws, objects)) };
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

type Objects = KubernetesState["objects"];

/** Without ids and times, which each making has of its own; a workload's generation tells how often it was changed. */
function irsasOf({ providers, roles, instanceProfiles }: AwsAccountState, objects: Objects): object {
  const of = <T>(resource: string, pick: (object: KubeObject) => T): Record<string, T> =>
    mapped(objects[resource] ?? {}, pick);
  return {
    providers: mapped(providers, ({ clientIds, thumbprints, tags }) => ({ clientIds, thumbprints, tags })),
    roles: mapped(roles, roleOf),
    profiles: mapped(instanceProfiles, (profile) => profile.roles),
    namespaces: Object.keys(objects["namespaces"] ?? {}).toSorted(),
    serviceAccounts: of("serviceaccounts", ({ metadata: { labels, annotations } }) => ({
      labels,
      annotations,
    })),
    workloads: of("deployments.apps", ({ metadata, spec }) => ({
      generation: metadata["generation"],
      serviceAccount: (spec as DeploymentSpec).template.spec.serviceAccountName,
    })),
  };
}

interface DeploymentSpec {
  readonly template: { readonly spec: { readonly serviceAccountName?: string } };
}

function roleOf({ path, trust, maxSessionDuration, boundary, tags, attached, inline }: RoleState): object {
  return {
    path,
    trust: JSON.parse(trust) as unknown,
    maxSessionDuration,
    boundary,
    tags,
    attached: attached.toSorted(),
    inline: mapped(inline, (document) => JSON.parse(document) as unknown),
  };
}

function othersOf({ providers, roles }: AwsAccountState, objects: Objects): object {
  return {
    roles: OTHERS.roles.map((name) => roles[name]),
    provider: providers[OTHERS.provider],
    serviceAccount: objects["serviceaccounts"]?.[OTHERS.serviceAccount],
    workload: objects["deployments.apps"]?.[OTHERS.workload],
  };
}

function mapped<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  const sorted = Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, value]) => [key, map(value)]));
}
