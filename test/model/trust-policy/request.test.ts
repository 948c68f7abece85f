import { describe, expect, it } from "vitest";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import {
  podIdentityRequests,
  targetRoleRequest,
} from "../../../src/model/trust-policy/pod-identity-request.ts";
import { issuerOf, valuesOf, type TrustRequest } from "../../../src/model/trust-policy/request.ts";
import type { PodIdentityAssociation } from "../../../src/model/pod-identity.ts";
import { aCluster, aServiceAccount } from "../../fakes/values.ts";
import { allow, AUD, AUDIENCE, call, ISSUER, policy, PROVIDER, SUB, SUBJECT } from "./fixtures.ts";

describe("the request of a pod's token", () => {
  it("has the token's claims under the provider's name, and is encrypted and the pod's own", () => {
    const { principal, action, context } = call();
    expect({ principal, action }).toEqual({
      principal: { type: "Federated", id: PROVIDER },
      action: "sts:AssumeRoleWithWebIdentity",
    });
    expect(Object.fromEntries(context)).toEqual({
      [SUB.toLowerCase()]: [SUBJECT],
      [AUD.toLowerCase()]: [AUDIENCE],
      "aws:federatedprovider": [PROVIDER],
      "aws:securetransport": ["true"],
      "aws:viaawsservice": ["false"],
    });
  });

  it("has nothing that is not told where the whole context is known", () => {
    const request = call({ others: "absent", facts: { "aws:SourceIp": "203.0.113.1" } });
    expect([...request.context.keys()]).toEqual([
      "aws:federatedprovider",
      SUB.toLowerCase(),
      AUD.toLowerCase(),
      "aws:sourceip",
    ]);
    expect(valuesOf(request, "aws:SourceVpc")).toEqual([]);
  });

  /** Source: IAM User Guide, "AWS global condition context keys" (availability) and "IAM and AWS STS condition context keys". */
  it.each([
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:Ec2InstanceSourceVpc",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalTag/team",
    "aws:RequestTag/team",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIdentity",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:TagKeys",
    "aws:TokenIssueTime",
    "aws:username",
    "sts:AWSServiceName",
    "sts:DurationSeconds",
    "sts:ExternalId",
    "sts:SourceIdentity",
    "sts:TransitiveTagKeys",
    "accounts.google.com:sub",
    "oidc.eks.us-east-1.amazonaws.com/id/OTHER:aud",
    "s3:prefix",
    `${ISSUER}:email`,
  ])("never has %s", (key) => {
    expect(evaluateTrust(policy(allow({ Null: { [key]: "true" } })), call()).verdict).toBe("allow");
    expect(evaluateTrust(policy(allow({ StringLike: { [key]: "*" } })), call()).verdict).toBe("deny");
  });

  it.each([
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:Referer",
    "aws:RequestedRegion",
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:UserAgent",
    "aws:userid",
    "aws:VpcSourceIp",
    "sts:RoleSessionName",
  ])("leaves %s open", (key) => {
    for (const condition of [{ Null: { [key]: "true" } }, { StringEquals: { [key]: "x" } }]) {
      expect(evaluateTrust(policy(allow(condition)), call())).toMatchObject({
        verdict: "conditional",
        unknownKeys: [key],
      });
    }
  });
});

it("an issuer is what a provider's ARN ends in, with its path", () => {
  expect(issuerOf(PROVIDER)).toBe(ISSUER);
});

/** Source: EKS User Guide, "EKS Pod Identity role" and "Grant Pods access to AWS resources based on tags". */
describe("the requests of Pod Identity", () => {
  const cluster = aCluster();
  const serviceAccount = aServiceAccount("shop/cart");
  const tags = {
    "aws:requesttag/eks-cluster-arn": [cluster.arn],
    "aws:requesttag/eks-cluster-name": [cluster.name],
    "aws:requesttag/kubernetes-namespace": [serviceAccount.namespace],
    "aws:requesttag/kubernetes-service-account": [serviceAccount.name],
  };
  const eks = {
    "aws:sourceaccount": [cluster.awsAccount],
    "aws:principalservicename": ["pods.eks.amazonaws.com"],
    "aws:principalisawsservice": ["true"],
  };
  const association: PodIdentityAssociation = {
    id: "a-1",
    arn: "arn:aws:eks:eu-west-1:111122223333:podidentityassociation/demo/a-1",
    serviceAccount,
    roleArn: "arn:aws:iam::111122223333:role/first",
    withoutSessionTags: false,
    tags: {},
  };

  it("are EKS's, to assume the role and to tag the session", () => {
    const requests = podIdentityRequests(cluster, association);
    expect(requests.map(plain)).toEqual([
      expected("sts:AssumeRole", { ...eks, ...tags }),
      expected("sts:TagSession", { ...eks, ...tags }),
    ]);
  });

  it("have no tags where the association wants none", () => {
    const requests = podIdentityRequests(cluster, { ...association, withoutSessionTags: true });
    expect(requests.map(plain)).toEqual([expected("sts:AssumeRole", eks)]);
  });

  it("go on to a target role as a session of the first, with the association's external ID", () => {
    const role = { partition: "aws", awsAccount: "111122223333", name: "first" };
    const arn = "arn:aws:sts::111122223333:assumed-role/first/eks";
    const ask = (context: object) => ({
      principal: { type: "AWS", arn, awsAccount: "111122223333" },
      action: "sts:AssumeRole",
      context,
      others: "unknown",
    });
    expect(plain(targetRoleRequest(role, { ...association, externalId: "x/y" }))).toEqual(
      ask({ "sts:externalid": ["x/y"] }),
    );
    expect(plain(targetRoleRequest(role, association))).toEqual(ask({ "sts:externalid": [] }));
  });

  function expected(action: string, context: object) {
    return {
      principal: { type: "Service", id: "pods.eks.amazonaws.com" },
      action,
      context,
      others: "unknown",
    };
  }

  function plain(request: TrustRequest) {
    return { ...request, context: Object.fromEntries(request.context) };
  }
});
