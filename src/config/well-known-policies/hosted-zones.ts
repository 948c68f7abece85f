import type { Given, PolicyInput } from "./policy.ts";

/** Hosted zones by id, for what works in Route 53. */
export const HOSTED_ZONES: PolicyInput = {
  kind: "list",
  about: "IDs of hosted zones, such as Z0123456789ABC (default: all)",
  pattern: /^Z[0-9A-Z]{1,31}$/,
};

/** The ARNs of the zones that were given, or of all. */
export function zones({ list, globalArn }: Given): string[] {
  const ids = list("hostedZones");
  return (ids.length > 0 ? ids : ["*"]).map((id) => globalArn("route53", `hostedzone/${id}`));
}
