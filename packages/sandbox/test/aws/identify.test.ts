import { describe, expect, it } from "vitest";
import { identify } from "../../src/aws/identify.ts";
import { wire } from "./requests.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=AKIAKEY/20261124/eu-west-1/iam/aws4_request, SignedHeaders=host, Signature=00";

describe("identify", () => {
  it("reads nested parameters, region and key of a query request", () => {
    const body = new URLSearchParams({
      Action: "CreateRole",
      Version: "2010-05-08",
      RoleName: "r",
      "Tags.member.2.Key": "b",
      "Tags.member.2.Value": "2",
      "Tags.member.10.Key": "c",
      "Tags.member.1.Key": "a",
      "Tags.member.1.Value": "1",
    });
    expect(
      identify(wire("POST", "/", body.toString(), { ...FORM, authorization: AUTHORIZATION })),
    ).toMatchObject({
      service: "iam",
      action: "CreateRole",
      region: "eu-west-1",
      accessKeyId: "AKIAKEY",
      parameters: { RoleName: "r", Tags: [{ Key: "a", Value: "1" }, { Key: "b", Value: "2" }, { Key: "c" }] },
    });
  });

  it("takes an unsigned STS call for the global endpoint", () => {
    const body = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws";
    const request = identify(wire("POST", "/", body, FORM));
    expect(request).toMatchObject({
      service: "sts",
      action: "AssumeRoleWithWebIdentity",
      region: "us-east-1",
      parameters: { RoleArn: "arn:aws" },
    });
    expect(request?.accessKeyId).toBeUndefined();
  });

  it("reads a presigned GET", () => {
    const query =
      "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Credential=AKIAKEY%2F20261124%2Fcn-north-1%2Fsts%2Faws4_request";
    expect(identify(wire("GET", `/?${query}`))).toMatchObject({
      service: "sts",
      action: "GetCallerIdentity",
      region: "cn-north-1",
      accessKeyId: "AKIAKEY",
      parameters: {},
    });
  });

  it.each([
    ["GET", "/clusters", "ListClusters", {}],
    ["GET", "/clusters?maxResults=5&nextToken=t", "ListClusters", { maxResults: "5", nextToken: "t" }],
    ["GET", "/clusters/work", "DescribeCluster", { name: "work" }],
    [
      "GET",
      "/clusters/work/pod-identity-associations?namespace=a",
      "ListPodIdentityAssociations",
      { clusterName: "work", namespace: "a" },
    ],
    [
      "GET",
      "/clusters/work/pod-identity-associations/a-1",
      "DescribePodIdentityAssociation",
      { associationId: "a-1" },
    ],
    ["GET", "/tags/arn%3Aaws%3Aeks%3Ax%2Fy", "ListTagsForResource", { resourceArn: "arn:aws:eks:x/y" }],
  ])("recognizes EKS's %s %s", (method, target, action, parameters) => {
    expect(identify(wire(method, target))).toMatchObject({ service: "eks", action, parameters });
  });

  it("reads EKS's JSON body, which can't override the path", () => {
    const body = JSON.stringify({ name: "work", version: "1.35", nested: { list: [1, true, null] } });
    expect(identify(wire("POST", "/clusters", body))).toMatchObject({
      action: "CreateCluster",
      parameters: { name: "work", version: "1.35", nested: { list: [1, true, null] } },
    });
    const other = JSON.stringify({ clusterName: "other", namespace: "a" });
    expect(identify(wire("POST", "/clusters/work/pod-identity-associations", other))?.parameters).toEqual({
      clusterName: "work",
      namespace: "a",
    });
  });

  it.each([
    ["GET", "/"],
    ["GET", "/clusters/"],
    ["PATCH", "/clusters/work"],
    ["GET", "/?Action=ListUsers&Version=2006-03-01"],
  ])("does not recognize %s %s", (method, target) => {
    expect(identify(wire(method, target))).toBeUndefined();
  });

  it("is not fooled by parameter names of JavaScript's own", () => {
    const body = "Action=GetRole&Version=2010-05-08&__proto__.polluted=1&constructor.x=2";
    identify(wire("POST", "/", body, FORM));
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
