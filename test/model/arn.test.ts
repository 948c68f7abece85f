import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  clusterRef,
  isAwsManaged,
  parseClusterArn,
  parsePolicyArn,
  parseRoleArn,
  partitionOf,
  policyName,
  roleArn,
  roleRef,
  splitArn,
} from "../../src/model/arn.ts";
import { hostPath, parseIssuerUrl, providerArn } from "../../src/model/issuer.ts";
import { aCluster, ISSUER, right } from "../fakes/values.ts";

describe("the ARN of a cluster", () => {
  it.each([
    ["arn:aws:eks:eu-west-1:111122223333:cluster/a", "aws", "eu-west-1", "111122223333", "a"],
    [
      "arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/A_b-1",
      "aws-us-gov",
      "us-gov-west-1",
      "111122223333",
      "A_b-1",
    ],
    [
      "arn:aws-iso-b:eks:us-isob-east-1:111122223333:cluster/x",
      "aws-iso-b",
      "us-isob-east-1",
      "111122223333",
      "x",
    ],
  ])("%s", (arn, partition, region, awsAccount, name) => {
    expect(clusterRef(right(parseClusterArn(arn)))).toMatchObject({
      arn,
      partition,
      region,
      awsAccount,
      name,
    });
  });

  it.each([
    "",
    "a",
    "arn:aws:eks:eu-west-1:111122223333:nodegroup/a",
    "arn:aws:eks:eu-west-1:1111:cluster/a",
    "arn:aws:eks::111122223333:cluster/a",
    "arn:aws:eks:eu-west-1:111122223333:cluster/-a",
    `arn:aws:eks:eu-west-1:111122223333:cluster/${"a".repeat(101)}`,
    "arn:aws:eks:eu-west-1:111122223333:cluster/a ",
    "arn:gcp:eks:eu-west-1:111122223333:cluster/a",
  ])("is not '%s'", (text) => {
    expect(parseClusterArn(text).ok).toBe(false);
  });
});

describe("the ARN of a role", () => {
  it.each([
    ["arn:aws:iam::111122223333:role/agent", "/", "agent"],
    ["arn:aws:iam::111122223333:role/a/b/agent", "/a/b/", "agent"],
    ["arn:aws-cn:iam::111122223333:role/a+=,.@-_1", "/", "a+=,.@-_1"],
  ])("%s has its path and its name", (arn, path, name) => {
    const ref = roleRef(right(parseRoleArn(arn)));
    expect(ref).toMatchObject({ arn, path, name, awsAccount: "111122223333" });
  });

  it("is put together as it is taken apart", () => {
    const cluster = aCluster();
    const names = fc.stringMatching(/^[\w+=,.@-]{1,64}$/);
    const paths = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 3 });
    fc.assert(
      fc.property(names, paths, (name, segments) => {
        const path = segments.length === 0 ? "/" : `/${segments.join("/")}/`;
        const arn = roleArn(cluster, path, name);
        expect(parseRoleArn(arn)).toEqual({ ok: true, value: arn });
        expect(roleRef(arn)).toMatchObject({ path, name, partition: "aws", awsAccount: cluster.awsAccount });
      }),
    );
  });

  it.each([
    ["arn:aws:iam::111122223333:user/x", "it is the ARN of a 'user'"],
    ["arn:aws:sts::111122223333:assumed-role/x/y", "its service is 'sts', not iam"],
    ["arn:aws:iam::aws:role/x", "role ARN"],
    ["arn:aws:iam::1:role/x", "its AWS account '1' is not 12 digits"],
    ["arn:aws:iam::111122223333:role/", "role ARN"],
    [`arn:aws:iam::111122223333:role/${"r".repeat(65)}`, "role ARN"],
    ["agent", "an example is arn:aws:iam::111122223333:role/my-role"],
  ])("is not '%s'", (text, problem) => {
    expect(parseRoleArn(text)).toMatchObject({
      ok: false,
      problem: expect.stringContaining(problem) as string,
    });
  });
});

describe("the ARN of a policy", () => {
  it.each([
    ["arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy", "AmazonEBSCSIDriverPolicy", true],
    ["arn:aws:iam::111122223333:policy/cart", "cart", false],
    ["arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess", "ReadOnlyAccess", true],
  ])("%s", (arn, name, awsManaged) => {
    const policy = right(parsePolicyArn(arn));
    expect([policyName(policy), isAwsManaged(policy)]).toEqual([name, awsManaged]);
  });

  it.each([
    "AdministratorAccess",
    "arn:aws:iam::aws:role/x",
    "arn:aws:iam::aws:policy/",
    "arn:aws:iam::AWS:policy/x",
  ])("is not '%s'", (text) => {
    expect(parsePolicyArn(text).ok).toBe(false);
  });
});

it("parts of an ARN keep the colons of its resource; anything else has none", () => {
  expect(splitArn("arn:aws:logs:eu-west-1:111122223333:log-group:/x:y")?.resource).toBe("log-group:/x:y");
  for (const text of ["", "arn", "arn:aws:iam", "arn:aws:iam::1:", "urn:aws:iam::1:x", "arn::iam::1:x"])
    expect(splitArn(text)).toBeUndefined();
  expect(partitionOf(right(parseRoleArn("arn:aws-cn:iam::111122223333:role/x")))).toBe("aws-cn");
});

describe("an issuer", () => {
  it.each([
    ISSUER,
    "https://oidc-eks.eu-west-1.api.aws/id/X",
    "https://oidc.eks.cn-north-1.amazonaws.com.cn/id/X",
    "https://example.com",
  ])("is %s, verbatim", (url) => {
    const issuer = right(parseIssuerUrl(url));
    expect(hostPath(issuer)).toBe(url.slice(8));
    expect(providerArn(aCluster(), issuer)).toBe(`arn:aws:iam::111122223333:oidc-provider/${url.slice(8)}`);
  });

  it.each([
    "",
    "http://x/id",
    "https://x:443/id",
    "https://x/id/",
    "https://x/",
    "https://x/id?a=b",
    "https://x/id#a",
    "oidc.eks/id/X",
    "https://x /id",
    "https://*",
    "https://*.example.com/id",
    "https://x/${aws:username}",
  ])("is not '%s'", (url) => {
    expect(parseIssuerUrl(url).ok).toBe(false);
  });
});
