import { HOSTED_ZONES, zones } from "./hosted-zones.ts";
import { allow, of, wellKnown } from "./policy.ts";

/** cert-manager: answers DNS-01 challenges in Route 53. */
export const certManager = wellKnown({
  field: "certManager",
  about: "cert-manager's DNS-01 challenges on Route 53",
  source: "https://cert-manager.io/docs/configuration/acme/dns01/route53/",
  eksctl: true,
  inputs: { hostedZones: HOSTED_ZONES },
  statements: (given) => [
    allow(["route53:ChangeResourceRecordSets"], zones(given)),
    allow(["route53:GetChange"], [given.globalArn("route53", "change/*")]),
    allow(of("route53", "ListHostedZonesByName", "ListResourceRecordSets")),
  ],
});
