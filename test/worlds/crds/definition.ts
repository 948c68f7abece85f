/** A structural schema, as far as these definitions need one. */
export type Schema = Readonly<Record<string, unknown>>;

/** Texts, numbers and lists of them. */
export const text: Schema = { type: "string" };
export const flag: Schema = { type: "boolean" };
export const whole: Schema = { type: "integer", format: "int64" };
export const texts: Schema = { type: "array", items: text };
export const pairs: Schema = { type: "object", additionalProperties: text };

/** An object with these fields and no others. */
export function fields(required: Readonly<Record<string, Schema>>, optional = {}): Schema {
  return {
    type: "object",
    properties: { ...required, ...optional },
    ...(Object.keys(required).length > 0 && { required: Object.keys(required) }),
  };
}

/** What a definition is made of. */
export interface Definition {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** `Namespaced` by default. */
  readonly scope?: "Cluster";
  readonly spec: Schema;
}

/** A CustomResourceDefinition, as far as a test reads one. */
export interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly [{ readonly name: string }];
  };
}

/**
 * A CustomResourceDefinition of ours, with the fields that an engine documents: no engine's own is in this repository.
 * With strict validation, the API server refuses every other field.
 */
export function definition(described: Definition): CustomResourceDefinition {
  const { group, version, kind, plural, scope, spec } = described;
  const schema = {
    ...fields({ spec }),
    properties: {
      apiVersion: text,
      kind: text,
      metadata: { type: "object" },
      spec,
      status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
  };
  const resource = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: scope ?? "Namespaced",
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  } as const;
  return resource;
}
