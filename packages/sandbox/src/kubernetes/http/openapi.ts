import { ALL_RESOURCES, groupVersionOf, type Resource } from "../model/resources.ts";

/** `/openapi/v3`: where the document of each group and version is. */
export function openApiIndex() {
  const paths = [...new Set(ALL_RESOURCES.map(rootOf))];
  return {
    paths: Object.fromEntries(paths.map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }])),
  };
}

/**
 * `/openapi/v3/PATH`: as much of the document as kubectl looks at, which is whether a PATCH can be dry and validates
 * fields; `undefined` for a version that is not served.
 */
export function openApiDocument(path: string): unknown {
  const served = ALL_RESOURCES.filter((resource) => rootOf(resource) === path);
  if (served.length === 0) return undefined;
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "unversioned" },
    paths: Object.fromEntries(
      served.map((resource) => [pathOf(resource), { patch: patchOperation(resource) }]),
    ),
  };
}

function rootOf(resource: Resource): string {
  return `${resource.group === "" ? "api" : "apis"}/${groupVersionOf(resource)}`;
}

function pathOf(resource: Resource): string {
  const scope = resource.namespaced ? "namespaces/{namespace}/" : "";
  return `/${rootOf(resource)}/${scope}${resource.plural}/{name}`;
}

function patchOperation({ group, version, kind }: Resource) {
  const parameters = ["dryRun", "fieldManager", "fieldValidation", "force"];
  return {
    parameters: parameters.map((name) => ({ name, in: "query", schema: { type: "string" } })),
    responses: { "200": { description: "OK" } },
    "x-kubernetes-action": "patch",
    "x-kubernetes-group-version-kind": { group, version, kind },
  };
}
