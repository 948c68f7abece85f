import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { WELL_KNOWN_POLICIES } from "../../src/config/well-known-policies/catalog.ts";
import { everyVersion } from "../../src/config/well-known-policies/versions.ts";
import { awsPolicyNamed } from "irsa-sandbox/parts";

/**
 * What irsa writes now, by digest. Where one of these changes, roles out there have the document of before: record it in
 * `earlier` of the policy's file, so that `irsa policies --outdated` recognizes it, and only then change the digest.
 */
const WRITTEN: Readonly<Record<string, string>> = {
  imageBuilder: "befdcd2b60ad",
  autoScaler: "048e8dca4115",
  awsLoadBalancerController: "9a6027e3ca58",
  externalDNS: "ba5dd322263f",
  certManager: "45930123fdd6",
  ebsCSIController: "a4eae205c2b2",
  efsCSIController: "c1a9e7a845cc",
  awsLoadBalancerTargetGroupBinding: "ad61675aff28",
  awsGatewayController: "71081bf67846",
  mountpointS3CSIController: "8e7d5a8013e3",
  fsxLustreCSIController: "2a5601dc14fb",
  fsxOpenZFSCSIController: "f35a2835fa8b",
  externalSecrets: "a103da9c6168",
  amazonManagedPrometheus: "86d0cbd96cab",
  nodeTerminationHandler: "ccd8eb645288",
  velero: "9f02acdc5b14",
  vpcCNI: "2a3ad4935766",
  cloudWatchObservability: "230f066496ad",
};

it.each(WELL_KNOWN_POLICIES)("$field is written as before, or what was before is recorded", (policy) => {
  const current = everyVersion(policy).filter(({ by }) => by === undefined);
  const digest = createHash("sha256").update(JSON.stringify(current)).digest("hex").slice(0, 12);
  expect(digest).toBe(WRITTEN[policy.field]);
});

it.each(WELL_KNOWN_POLICIES)("$field attaches managed policies that AWS has", (policy) => {
  const names = new Set(everyVersion(policy).flatMap(({ managed }) => managed));
  for (const name of names) expect(awsPolicyNamed(name), name).toBeDefined();
});

it.each(WELL_KNOWN_POLICIES.filter(({ upstream }) => upstream.project === "AWS"))(
  "$field was compared with the managed policies' versions of that day",
  ({ upstream }) => {
    const versions = upstream.version.split(", ").map((one) => one.split(" "));
    expect(versions.length).toBeGreaterThan(0);
    for (const [name = "", version] of versions) expect(awsPolicyNamed(name)?.versionId).toBe(version);
  },
);
