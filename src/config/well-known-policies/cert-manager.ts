import type { Statement } from "../../model/trust-policy/document.ts";
import { HOSTED_ZONES, zones } from "./hosted-zones.ts";
import { allow, of, wellKnown, type Given } from "./policy.ts";

function reads({ globalArn }: Given): Statement[] {
  return [
    allow(["route53:GetChange"], [globalArn("route53", "change/*")]),
    allow(of("route53", "ListHostedZonesByName", "ListResourceRecordSets")),
  ];
}

/** cert-manager: answers DNS-01 challenges in Route 53, by TXT records alone. */
export const certManager = wellKnown({
  field: "certManager",
  about: "cert-manager's DNS-01 challenges on Route 53",
  source: "https://cert-manager.io/docs/configuration/acme/dns01/route53/",
  upstream: { project: "cert-manager/website", version: "1.20", date: "2026-08-22" },
  eksctl: true,
  eksctlName: "PolicyCertManager",
  inputs: { hostedZones: HOSTED_ZONES },
  statements: (given) => [
    allow(["route53:ChangeResourceRecordSets"], zones(given), {
      "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
    }),
    ...reads(given),
  ],
  earlier: [
    {
      by: "irsa 0.1.0, eksctl 0.230",
      statements: (given) => [allow(["route53:ChangeResourceRecordSets"], zones(given)), ...reads(given)],
    },
  ],
});
