import type { Statement } from "../../model/trust-policy/document.ts";
import { HOSTED_ZONES, zones } from "./hosted-zones.ts";
import { allow, of, wellKnown, type Given } from "./policy.ts";

function records(given: Given, ...more: readonly string[]): Statement[] {
  return [
    allow(["route53:ChangeResourceRecordSets"], zones(given)),
    allow(of("route53", "ListHostedZones", "ListResourceRecordSets", "ListTagsForResource", ...more)),
  ];
}

/** ExternalDNS: writes records of Route 53. */
export const externalDns = wellKnown({
  field: "externalDNS",
  about: "ExternalDNS on Route 53",
  source: "https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/",
  upstream: { project: "kubernetes-sigs/external-dns", version: "0.22.0", date: "2026-08-22" },
  eksctl: true,
  eksctlName: "PolicyExternalDNS",
  inputs: { hostedZones: HOSTED_ZONES },
  // The singular is what releases before 0.15 call.
  statements: (given) => records(given, "ListTagsForResources"),
  earlier: [{ by: "irsa 0.1.0, eksctl 0.230", statements: (given) => records(given) }],
});
