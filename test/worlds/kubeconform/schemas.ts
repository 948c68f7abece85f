import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CustomResourceDefinition } from "../crds/definition.ts";
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
 * Writes the schemas that the API server publishes of its own kinds in v1 and of these definitions, for kubeconform: its own
 * can't be downloaded in a test. They allow no other fields, as the API server with strict validation.
 * @throws Error where one is not published (yet): after a change of a definition the API server gathers them again, and
 * answers with nothing meanwhile
 */
export async function writeSchemas(
  kubectl: Kubectl,
  folder: string,
  definitions: readonly CustomResourceDefinition[],
): Promise<void> {
  const written = new Set<string>();
  const paths = definitions.map(({ spec }) => `apis/${spec.group}/${spec.versions[0].name}`);
  for (const path of new Set(["api/v1", ...paths])) {
    const { stdout, stderr } = await kubectl(["get", "--raw", `/openapi/v3/${path}`]);
    if (stdout === "") throw new Error(`nothing is published of ${path}: ${stderr}`);
    const { components } = JSON.parse(stdout, closed) as OpenApi;
    for (const [name, schema] of Object.entries(components.schemas)) {
      const kinds = schema["x-kubernetes-group-version-kind"] ?? [];
      const [only] = kinds;
      if (only === undefined || kinds.length > 1) continue;
      const text = JSON.stringify({ $ref: `#/components/schemas/${name}`, components });
      // kubeconform takes a bare version, as the core group has, for the group.
      const group = join(folder, only.group === "" ? "v1" : only.group);
      await mkdir(group, { recursive: true });
      await writeFile(join(group, `${only.kind.toLowerCase()}.json`), text);
      written.add(`${only.kind}.${only.group}`);
    }
  }
  const missing = definitions
    .map(({ spec }) => `${spec.names.kind}.${spec.group}`)
    .filter((kind) => !written.has(kind));
  if (missing.length > 0) throw new Error(`nothing is published of ${missing.join(", ")}`);
}

function closed(_key: string, value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && "properties" in value && "type" in value;
  return isObject && !("additionalProperties" in value) ? { ...value, additionalProperties: false } : value;
}
