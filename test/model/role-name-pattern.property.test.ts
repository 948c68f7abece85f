import * as fc from "fast-check";
import { expect, test } from "vitest";
import { clusterRef, parseClusterArn } from "../../src/model/arn.ts";
import { computedNamePattern, computedRoleName } from "../../src/model/role-name.ts";
import type { NamespaceName, ServiceAccountName } from "../../src/model/service-account-ref.ts";
import { matchesWildcard } from "../../src/model/trust-policy/match.ts";

const clusterNames = fc.stringMatching(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/);
const prefixes = fc.stringMatching(/^[\w+=,.@-]{0,40}$/);
const names = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);

const clusterOf = (name: string) => {
  const arn = parseClusterArn(`arn:aws:eks:eu-west-1:111122223333:cluster/${name}`);
  if (!arn.ok) throw new Error(arn.problem);
  return clusterRef(arn.value);
};

test("every computed name matches the pattern of its cluster and prefix, cut names too, and the one of any cluster", () => {
  fc.assert(
    fc.property(clusterNames, names, names, prefixes, (cluster, namespace, name, prefix) => {
      const serviceAccount = { namespace: namespace as NamespaceName, name: name as ServiceAccountName };
      const computed = computedRoleName(clusterOf(cluster), serviceAccount, prefix);
      expect(matchesWildcard(computedNamePattern(prefix, cluster), computed)).toBe(true);
      expect(matchesWildcard(computedNamePattern(prefix), computed)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["prod", "prod-*-??????????"],
  ["c".repeat(51), `${"c".repeat(51)}-*-??????????`],
  ["c".repeat(52), `${"c".repeat(52)}-??????????`],
  ["c".repeat(100), `${"c".repeat(53)}-??????????`],
])("of %s it is as narrow as can be", (cluster, pattern) => {
  expect(computedNamePattern("", cluster)).toBe(pattern);
});

test.each(["prod-admin", "production-a-b-0123456789", "x-prod-a-b-0123456789", "prod-0123456789"])(
  "%s is not of the cluster prod",
  (name) => {
    expect(matchesWildcard(computedNamePattern("", "prod"), name)).toBe(false);
  },
);
