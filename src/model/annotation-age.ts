import type { ServiceAccount } from "./kubernetes-objects.ts";

/** How long the webhook may not know yet of a ServiceAccount or of its annotation, in milliseconds. */
export const RACE_MS = 5_000;

/**
 * True for a pod that was certainly created with the annotation's present value: what it has otherwise comes from its own
 * manifest, and a restart changes nothing. Where the time of the annotation is not known, nothing is certain.
 */
export function isMadeSince(
  { createdAt }: { readonly createdAt?: string },
  { annotatedAt }: Pick<ServiceAccount, "annotatedAt">,
  annotation: string,
): boolean {
  const written = annotatedAt?.[annotation];
  if (written === undefined || createdAt === undefined) return false;
  return Date.parse(createdAt) > Date.parse(written) + RACE_MS;
}
