import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kubectl } from "../kubectl.ts";

interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Named>> };
}

interface Named {
  readonly "x-kubernetes-group-version-kind"?: readonly { readonly group: string; readonly kind: string }[];
}

/** Where kubeconform finds what `writeSchemas` wrote in a folder. */
export function schemaLocation(folder: string): string {
  return join(folder, "{{.Group}}", "{{.ResourceKind}}.json");
}

/**
 * Writes the schemas that the API server publishes of some group versions, for kubeconform: its own can't be downloaded in a
 * test. They allow no other fields, as the API server with strict validation.
 * @param groupVersions such as `v1`, `iam.services.k8s.aws/v1alpha1`
 */
export async function writeSchemas(
  kubectl: Kubectl,
  folder: string,
  groupVersions: readonly string[],
): Promise<void> {
  for (const groupVersion of groupVersions) {
    const path = groupVersion.includes("/") ? `apis/${groupVersion}` : `api/${groupVersion}`;
    const { stdout } = await kubectl(["get", "--raw", `/openapi/v3/${path}`]);
    const { components } = JSON.parse(stdout, closed) as OpenApi;
    const [group = ""] = groupVersion.split("/");
    await mkdir(join(folder, group), { recursive: true });
    for (const [name, schema] of Object.entries(components.schemas)) {
      const kinds = schema["x-kubernetes-group-version-kind"] ?? [];
      const [only] = kinds;
      if (only === undefined || kinds.length > 1) continue;
      const text = JSON.stringify({ $ref: `#/components/schemas/${name}`, components });
      await writeFile(join(folder, group, `${only.kind.toLowerCase()}.json`), text);
    }
  }
}

function closed(_key: string, value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && "properties" in value && "type" in value;
  return isObject && !("additionalProperties" in value) ? { ...value, additionalProperties: false } : value;
}
