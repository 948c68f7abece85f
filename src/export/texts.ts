import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { Resource } from "./model.ts";

/** The keys and the texts in a value. */
export interface Texts {
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/** All keys of objects and all texts within a value. */
export function textsIn(value: unknown): Texts {
  if (typeof value === "string") return { keys: [], values: [value] };
  if (typeof value !== "object" || value === null) return { keys: [], values: [] };
  const within = Object.values(value).map(textsIn);
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return {
    keys: [...own, ...within.flatMap(({ keys }) => keys)],
    values: within.flatMap(({ values }) => values),
  };
}

/** A resource in the words of a message. */
export function nameOf(resource: Resource): string {
  switch (resource.kind) {
    case "provider":
      return "the identity provider";
    case "role":
      return `role '${resource.name}'`;
    case "namespace":
      return `namespace '${resource.name}'`;
    case "association":
    case "serviceAccount":
      return serviceAccountPath(resource.serviceAccount);
  }
}
