import { HOSTED_ZONES, zones } from "./hosted-zones.ts";
import { allow, of, wellKnown } from "./policy.ts";

/** ExternalDNS: writes records of Route 53. */
export const externalDns = wellKnown({
  field: "externalDNS",
  about: "ExternalDNS on Route 53",
  source: "https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/",
  eksctl: true,
  inputs: { hostedZones: HOSTED_ZONES },
  statements: (given) => [
    allow(["route53:ChangeResourceRecordSets"], zones(given)),
    allow(of("route53", "ListHostedZones", "ListResourceRecordSets", "ListTagsForResource")),
  ],
});
