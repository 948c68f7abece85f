import { describe, expect, it } from "vitest";
import { accessIndexOf } from "../../src/audit/access-index.ts";
import type { Inventory } from "../../src/audit/inventory.ts";
import { joinAccounts } from "../../src/audit/joined/join.ts";
import type { ObservedAccount } from "../../src/audit/joined/observe-account.ts";
import { hostPath, providerArn } from "../../src/model/issuer.ts";
import { trustPolicy, webIdentityStatement } from "../../src/model/trust-policy/grant.ts";
import { aCluster, OLD_ISSUER } from "../fakes/values.ts";
import { audited, CLUSTER, grant, inventory, OTHER, provider, role } from "./build.ts";

const ELSEWHERE = aCluster({
  arn: "arn:aws:eks:eu-west-1:111122223333:cluster/elsewhere",
  issuer: OLD_ISSUER.replace("ap-northeast-2", "eu-west-1"),
});
const NEIGHBOR = aCluster({
  arn: "arn:aws:eks:ap-northeast-2:444455556666:cluster/neighbor",
  issuer: OLD_ISSUER.replace(/\w$/, "0"),
});
const FAR_NEIGHBOR = aCluster({
  arn: "arn:aws:eks:eu-west-1:444455556666:cluster/neighbor",
  issuer: NEIGHBOR.issuer.replace("ap-northeast-2", "eu-west-1"),
});

type Issuers = Inventory["issuers"];
type Cluster = typeof CLUSTER;

const ofRegion = (region: string, ...clusters: readonly Cluster[]): Issuers =>
  new Map([[region, new Set(clusters.map(({ issuer }) => hostPath(issuer)))]]);

function account(cluster: Cluster, given: Inventory): ObservedAccount {
  const observed = {
    inventory: given,
    access: accessIndexOf(given, []),
    details: new Map(),
    policies: new Map(),
  };
  return { awsAccount: cluster.awsAccount, observed, otherProviders: new Map() };
}

/** What is found in an AWS account with a role that trusts the issuer, beside another AWS account. */
function foundWith(trusted: Cluster, own: Issuers, neighbor: Cluster, theirs: Issuers): string[] {
  const arn = providerArn(CLUSTER, trusted.issuer);
  const trusting = webIdentityStatement(
    grant("shop/cart", { providerArn: arn, issuerHostPath: hostPath(trusted.issuer) }),
  );
  const given = inventory({
    clusters: [audited()],
    providers: [provider().arn, arn],
    roles: [role("w", trustPolicy([trusting]))],
    issuers: own,
  });
  const accounts = [
    account(CLUSTER, given),
    account(neighbor, inventory({ clusters: [audited({ cluster: neighbor })], issuers: theirs })),
  ];
  const asked = {
    rules: ["deleted-issuer", "provider-orphaned"],
    namespaces: [],
    unusedDays: 90,
    severity: "low",
    suppressions: [],
    baseline: new Set<string>(),
    places: new Map(),
  } as const;
  return joinAccounts(accounts, asked, String).report.findings.map(({ rule }) => rule);
}

describe("an issuer that no cluster has, in one of several AWS accounts", () => {
  const { region } = CLUSTER;

  it("is that of a deleted cluster where all clusters of its region could be read", () => {
    const found = foundWith(OTHER, ofRegion(region, CLUSTER), NEIGHBOR, ofRegion(region, NEIGHBOR));
    expect(found).toEqual(["deleted-issuer", "provider-orphaned"]);
  });

  it("is that of the other AWS account's cluster where that one has it", () => {
    const found = foundWith(NEIGHBOR, ofRegion(region, CLUSTER), NEIGHBOR, ofRegion(region, NEIGHBOR));
    expect(found).toEqual([]);
  });

  it("may be that of a cluster in a region that only the other AWS account was read in", () => {
    const theirs = ofRegion(FAR_NEIGHBOR.region, FAR_NEIGHBOR);
    expect(foundWith(ELSEWHERE, ofRegion(region, CLUSTER), FAR_NEIGHBOR, theirs)).toEqual([]);
  });

  it("may be that of a cluster of the other AWS account, whose clusters could not all be read", () => {
    expect(foundWith(OTHER, ofRegion(region, CLUSTER), NEIGHBOR, new Map())).toEqual([]);
  });
});
