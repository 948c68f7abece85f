import {
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { expect, vi } from "vitest";
import { PATIENCE } from "../worlds/patience.ts";
import type { World } from "../worlds/world.ts";
import { clusterOf } from "./cluster.ts";

/** Everything in a world that irsa could write to, as plain data. */
export interface Snapshot {
  readonly roles: Readonly<Record<string, unknown>>;
  readonly providers: Readonly<Record<string, unknown>>;
  readonly namespaces: readonly string[];
  /** `namespace/name` → resourceVersion. */
  readonly serviceAccounts: Readonly<Record<string, string>>;
}

/** Looks at all of a world that irsa could write to. */
export async function snapshot(world: World): Promise<Snapshot> {
  const iam = world.aws.iam();
  const { core } = clusterOf(world);
  // A controller makes the ServiceAccount `default` of a new namespace some time later.
  const [namespaces, serviceAccounts] = await vi.waitFor(async () => {
    const found = [await core.listNamespace(), await core.listServiceAccountForAllNamespaces()] as const;
    const [all, settled] = found.map(({ items }) => items.map(({ metadata }) => metadata));
    const named = new Set(settled?.map((one) => `${one?.namespace}/${one?.name}`));
    expect(all?.filter((one) => !named.has(`${one?.name}/default`))).toEqual([]);
    return found;
  }, PATIENCE);
  const [roles, providers] = await Promise.all([rolesOf(iam), providersOf(iam)]);
  return {
    roles,
    providers,
    namespaces: namespaces.items.map(({ metadata }) => metadata?.name ?? "").toSorted(),
    serviceAccounts: Object.fromEntries(
      serviceAccounts.items.map(({ metadata }) => [
        `${metadata?.namespace}/${metadata?.name}`,
        metadata?.resourceVersion ?? "",
      ]),
    ),
  };
}

/** Runs something and sees that it wrote nothing: no writing call to AWS, and the cluster as it was. */
export async function withoutWriting<T>(world: World, run: () => Promise<T>): Promise<T> {
  const before = await snapshot(world);
  world.aws.clearCalls();
  const result = await run();
  expect(world.aws.calls().filter(({ write }) => write)).toEqual([]);
  expect(await snapshot(world)).toEqual(before);
  return result;
}

async function rolesOf(iam: IAMClient): Promise<Record<string, unknown>> {
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  return Object.fromEntries(
    await Promise.all(Roles.map(async ({ RoleName = "" }) => [RoleName, await roleOf(iam, RoleName)])),
  );
}

/** A role with its trust, tags, attachments and inline policies. */
export async function roleOf(iam: IAMClient, RoleName: string) {
  const [{ Role }, attached, inline] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    iam.send(new ListRolePoliciesCommand({ RoleName })),
  ]);
  const documents = await Promise.all(
    (inline.PolicyNames ?? []).map(async (PolicyName) => {
      const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return [PolicyName, decode(PolicyDocument)] as const;
    }),
  );
  return {
    arn: Role?.Arn ?? "",
    trust: decode(Role?.AssumeRolePolicyDocument ?? "{}"),
    tags: Object.fromEntries((Role?.Tags ?? []).map(({ Key = "", Value }) => [Key, Value])),
    maxSession: Role?.MaxSessionDuration,
    description: Role?.Description,
    boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
    attached: (attached.AttachedPolicies ?? []).map(({ PolicyArn = "" }) => PolicyArn).toSorted(),
    inline: Object.fromEntries(documents),
  };
}

async function providersOf(iam: IAMClient): Promise<Record<string, unknown>> {
  const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  const arns = OpenIDConnectProviderList.map(({ Arn = "" }) => Arn);
  return Object.fromEntries(
    await Promise.all(
      arns.map(async (OpenIDConnectProviderArn) => {
        const answer = await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
        const { Url, ClientIDList, ThumbprintList, Tags } = answer;
        return [OpenIDConnectProviderArn, { Url, ClientIDList, ThumbprintList, Tags }] as const;
      }),
    ),
  );
}

function decode(text: string): unknown {
  return JSON.parse(text.startsWith("{") ? text : decodeURIComponent(text));
}
