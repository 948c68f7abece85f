import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterRef, parseClusterArn, type ClusterRef } from "../../src/model/arn.ts";
import { computedRoleName, parseRoleName } from "../../src/model/role-name.ts";
import { aServiceAccount, right } from "../fakes/values.ts";

const clusterOf = (arn: string): ClusterRef => clusterRef(right(parseClusterArn(arn)));
const SEOUL = "arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster";

/** Names that have been given for good: a rule that changes one orphans roles. */
describe("golden names", () => {
  it.each([
    [
      SEOUL,
      "amazon-cloudwatch/cloudwatch-agent",
      "",
      "eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy",
    ],
    [
      SEOUL,
      "amazon-cloudwatch/cloudwatch-agent",
      "corp-",
      "corp-eks-work-cluster-amazon-cloudwatch-cloudwatch-ag-yvzt5rqfiy",
    ],
    [SEOUL, "a/b", "", "eks-work-cluster-a-b-ucnioz3vaq"],
    ["arn:aws-cn:eks:cn-north-1:444455556666:cluster/C_1", "shop/cart.v2", "", "C_1-shop-cart.v2-p6bl4ykzil"],
  ])("%s %s '%s'", (arn, serviceAccount, prefix, name) => {
    expect(computedRoleName(clusterOf(arn), aServiceAccount(serviceAccount), prefix)).toBe(name);
  });
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const paths = fc
  .tuple(label, fc.stringMatching(/^[a-z0-9]([a-z0-9.]{0,80}[a-z0-9])?$/))
  .map(([namespace, name]) => {
    return `${namespace}/${name.replaceAll(/\.+/g, ".")}`;
  });
const clusters = fc
  .record({
    name: fc.stringMatching(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/),
    awsAccount: fc.stringMatching(/^\d{12}$/),
    region: fc.constantFrom("eu-west-1", "us-east-1", "ap-northeast-2"),
  })
  .map(({ name, awsAccount, region }) => clusterOf(`arn:aws:eks:${region}:${awsAccount}:cluster/${name}`));
const prefixes = fc.stringMatching(/^[\w+=,.@-]{0,40}$/);

describe("a computed name", () => {
  it("is one that IAM takes, whatever the cluster, the ServiceAccount and the prefix", () => {
    fc.assert(
      fc.property(clusters, paths, prefixes, (cluster, path, prefix) => {
        const name = computedRoleName(cluster, aServiceAccount(path), prefix);
        expect(name.length).toBeLessThanOrEqual(64);
        expect(parseRoleName(name)).toEqual({ ok: true, value: name });
        expect(name).toMatch(/[^-.]-[a-z2-7]{10}$/);
        expect(name.startsWith(prefix.replace(/[-.]+$/, ""))).toBe(true);
      }),
    );
  });

  it("is the same each time, and another for any other cluster ARN, namespace or ServiceAccount", () => {
    const asks = fc.tuple(clusters, paths);
    fc.assert(
      fc.property(asks, asks, ([cluster, path], [otherCluster, otherPath]) => {
        const name = computedRoleName(cluster, aServiceAccount(path), "");
        const other = computedRoleName(otherCluster, aServiceAccount(otherPath), "");
        expect(name === other).toBe(cluster.arn === otherCluster.arn && path === otherPath);
        expect(computedRoleName(cluster, aServiceAccount(path), "")).toBe(name);
      }),
    );
  });

  it.each([
    ["eks/a-b", "eks-a/b"],
    ["a/b-c", "a-b/c"],
    ["a/b.c", "a/b-c"],
  ])("%s and %s look alike and differ, without regard to case too", (one, other) => {
    const names = [one, other].map((path) => computedRoleName(clusterOf(SEOUL), aServiceAccount(path), ""));
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(2);
  });

  it("differs for clusters of one name in two regions or ServiceAccounts", () => {
    const names = [SEOUL, SEOUL.replace("ap-northeast-2", "eu-west-1"), SEOUL.replace("1111", "9999")].map(
      (arn) => computedRoleName(clusterOf(arn), aServiceAccount("a/b"), ""),
    );
    expect(new Set(names).size).toBe(3);
  });
});
