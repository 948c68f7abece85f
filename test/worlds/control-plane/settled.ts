import { request, type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import {
  AuthorizationV1Api,
  CoreV1Api,
  RbacAuthorizationV1Api,
  type KubeConfig,
  type KubernetesObject,
  type RbacV1Subject,
  type V1ClusterRoleBinding,
  type V1PolicyRule,
  type V1SubjectAccessReviewSpec,
} from "@kubernetes/client-node";
import { vi } from "vitest";
import type { CustomResourceDefinition } from "../crds/definition.ts";
import { PATIENCE } from "../patience.ts";

/** What clients ask for to find all kinds by one call, as kubectl does. */
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/**
 * Waits until an API server with controllers goes by an object that was made, as it does some time after its answer: a
 * namespace has its ServiceAccount, without which it takes no pods; the kind of a definition is served, and told of to clients;
 * what a binding grants is allowed. Other kinds have nothing to wait for.
 */
export async function settled(config: KubeConfig, object: KubernetesObject): Promise<void> {
  const { kind, metadata } = object;
  const core = config.makeApiClient(CoreV1Api);
  const namespace = metadata?.name ?? "";
  if (kind === "Namespace")
    await vi.waitFor(() => core.readNamespacedServiceAccount({ namespace, name: "default" }), PATIENCE);
  if (isDefinition(object)) await vi.waitFor(() => isServed(config, object), PATIENCE);
  if (isBinding(object)) await vi.waitFor(() => isGranted(config, object), PATIENCE);
}

function isDefinition(object: KubernetesObject): object is KubernetesObject & CustomResourceDefinition {
  return object.kind === "CustomResourceDefinition";
}

function isBinding(object: KubernetesObject): object is V1ClusterRoleBinding {
  return object.kind === "ClusterRoleBinding" || object.kind === "RoleBinding";
}

interface GroupDiscovery {
  readonly metadata: { readonly name: string };
  readonly versions: readonly {
    readonly version: string;
    readonly resources: readonly { readonly resource: string }[];
  }[];
}

/** @throws Error where the kind is not served yet, or one of the lists of kinds lacks it */
async function isServed(config: KubeConfig, { spec }: CustomResourceDefinition): Promise<void> {
  const { group, names, versions } = spec;
  const [{ name: version }] = versions;
  for (const [path, named] of [
    [`/apis/${group}/${version}/${names.plural}`, `"items":`],
    [`/apis/${group}/${version}`, `"${names.plural}"`],
    [`/apis/${group}`, `"${group}/${version}"`],
  ] as const) {
    const answer = await get(config, path);
    if (!answer.includes(named)) throw new Error(`GET ${path} does not name ${named}: ${answer}`);
  }
  const { items } = JSON.parse(await get(config, "/apis")) as { readonly items: readonly GroupDiscovery[] };
  const found = items
    .filter(({ metadata }) => metadata.name === group)
    .flatMap((one) => one.versions.filter((each) => each.version === version))
    .flatMap(({ resources }) => resources);
  if (!found.some(({ resource }) => resource === names.plural)) throw new Error(`GET /apis lacks ${group}`);
}

async function get(config: KubeConfig, path: string): Promise<string> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers = { accept: path === "/apis" ? AGGREGATED : "application/json" };
  const url = `${config.getCurrentCluster()?.server ?? ""}${path}`;
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, headers }, (answer) => void text(answer).then(resolve, reject));
    asked.on("error", reject).end();
  });
}

/** @throws Error where one of the subjects may not yet do all that the role allows */
async function isGranted(config: KubeConfig, binding: V1ClusterRoleBinding): Promise<void> {
  const authorization = config.makeApiClient(AuthorizationV1Api);
  const rules = await rulesOf(config, binding);
  for (const subject of binding.subjects ?? [])
    for (const asked of rules.map((rule) => actOf(rule, binding.metadata?.namespace))) {
      const body = { spec: { ...userOf(subject), ...asked } };
      const { status } = await authorization.createSubjectAccessReview({ body });
      if (status?.allowed !== true) throw new Error(`not granted yet: ${JSON.stringify(body)}`);
    }
}

async function rulesOf(
  config: KubeConfig,
  { roleRef: { kind, name }, metadata }: V1ClusterRoleBinding,
): Promise<readonly V1PolicyRule[]> {
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const namespace = metadata?.namespace ?? "";
  const { rules } = await (kind === "Role"
    ? rbac.readNamespacedRole({ namespace, name })
    : rbac.readClusterRole({ name }));
  return rules ?? [];
}

type User = Pick<V1SubjectAccessReviewSpec, "user" | "groups">;
type Act = Pick<V1SubjectAccessReviewSpec, "resourceAttributes" | "nonResourceAttributes">;

/** One act of those that a rule allows. */
function actOf(rule: V1PolicyRule, namespace: string | undefined): Act {
  const [verb = ""] = rule.verbs;
  const [path] = rule.nonResourceURLs ?? [];
  if (path !== undefined) return { nonResourceAttributes: { path, verb } };
  const [resource = "", subresource] = rule.resources?.[0]?.split("/") ?? [];
  const [group = ""] = rule.apiGroups ?? [];
  const [name] = rule.resourceNames ?? [];
  return {
    resourceAttributes: {
      ...(namespace !== undefined && { namespace }),
      verb,
      group,
      resource,
      ...(subresource !== undefined && { subresource }),
      ...(name !== undefined && { name }),
    },
  };
}

function userOf({ kind, name, namespace }: RbacV1Subject): User {
  if (kind === "Group") return { user: "someone", groups: [name] };
  return { user: kind === "User" ? name : `system:serviceaccount:${namespace ?? ""}:${name}` };
}
