import { ALL_RESOURCES, groupVersionOf, type Resource } from "../model/resources.ts";
import { singularOf } from "./reads.ts";

/** `/api`. Source: Kubernetes API, APIVersions of meta/v1. */
export function apiVersions() {
  return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
}

/** `/apis`, or `/apis/GROUP`; `undefined` for a group that is not served. */
export function apiGroups(name?: string): unknown {
  const groups = [...new Set(ALL_RESOURCES.map(({ group }) => group))]
    .filter((group) => group !== "")
    .map(apiGroup);
  if (name === undefined) return { kind: "APIGroupList", apiVersion: "v1", groups };
  const group = groups.find((candidate) => candidate.name === name);
  return group && { kind: "APIGroup", apiVersion: "v1", ...group };
}

/** `/api/v1`, or `/apis/GROUP/VERSION`; `undefined` for a version that is not served. */
export function apiResources(group: string, version: string): unknown {
  const served = ALL_RESOURCES.filter((resource) => resource.group === group && resource.version === version);
  if (served.length === 0) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: group === "" ? version : `${group}/${version}`,
    resources: served.flatMap((resource) => [
      apiResource(resource),
      ...resource.subresources.map(subresource(resource)),
    ]),
  };
}

function apiGroup(name: string) {
  const resource = ALL_RESOURCES.find(({ group }) => group === name);
  const version = {
    groupVersion: resource ? groupVersionOf(resource) : "",
    version: resource?.version ?? "",
  };
  return { name, versions: [version], preferredVersion: version };
}

function apiResource(resource: Resource) {
  const { plural, namespaced, kind, verbs, shortNames, categories } = resource;
  return {
    name: plural,
    singularName: singularOf(resource),
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
}

/** The subresources that are of another kind than what they belong to. */
const OTHER_KINDS: Readonly<Record<string, object>> = {
  scale: { group: "autoscaling", version: "v1", kind: "Scale", verbs: ["get", "patch", "update"] },
  token: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest", verbs: ["create"] },
};

function subresource({ plural, namespaced, kind }: Resource): (name: string) => object {
  return (name) => ({
    name: `${plural}/${name}`,
    singularName: "",
    namespaced,
    ...(OTHER_KINDS[name] ?? { kind, verbs: ["get", "patch", "update"] }),
  });
}
