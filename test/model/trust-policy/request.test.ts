import { describe, expect, it } from "vitest";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import {
  podIdentityRequests,
  targetRoleRequests,
} from "../../../src/model/trust-policy/pod-identity-request.ts";
import { issuerOf, valuesOf, type TrustRequest } from "../../../src/model/trust-policy/request.ts";
import type { RoleArn } from "../../../src/model/arn.ts";
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
const SERVICE = { type: "Service", id: "pods.eks.amazonaws.com" };

describe("the requests of Pod Identity", () => {
  const cluster = aCluster();
  const serviceAccount = aServiceAccount("shop/cart");
  const known = {
    "eks-cluster-arn": [cluster.arn],
    "eks-cluster-name": [cluster.name],
    "kubernetes-namespace": [serviceAccount.namespace],
    "kubernetes-service-account": [serviceAccount.name],
  };
  const all = [...Object.keys(known), "kubernetes-pod-name", "kubernetes-pod-uid"];
  const tags = {
    ...prefixed("aws:requesttag"),
    "aws:tagkeys": all,
    "sts:transitivetagkeys": all,
  };
  const noTags = { "aws:tagkeys": [], "sts:transitivetagkeys": [] };
  const eks = {
    "aws:sourceaccount": [cluster.awsAccount],
    "aws:sourcearn": [cluster.arn],
    "aws:principalservicename": ["pods.eks.amazonaws.com"],
    "aws:principalisawsservice": ["true"],
    "sts:externalid": [],
  };
  const association: PodIdentityAssociation = {
    id: "a-1",
    arn: "arn:aws:eks:eu-west-1:111122223333:podidentityassociation/demo/a-1",
    serviceAccount,
    roleArn: "arn:aws:iam::111122223333:role/first",
    withoutSessionTags: false,
    tags: {},
  };

  const first = association.roleArn as RoleArn;

  it("are EKS's, to assume the role and to tag the session", () => {
    const requests = podIdentityRequests(cluster, association);
    expect(requests.map(plain)).toEqual([
      asked(SERVICE, "sts:AssumeRole", { ...eks, ...tags }),
      asked(SERVICE, "sts:TagSession", { ...eks, ...tags }),
    ]);
    expect(statesOf(requests, "aws:requesttag/kubernetes-pod-uid")).toEqual(["present", "present"]);
    expect(statesOf(requests, "aws:requesttag/team")).toEqual([[], []]);
    expect(statesOf(requests, "aws:sourceorgid")).toEqual(["unknown", "unknown"]);
  });

  it("have no tags where the association wants none", () => {
    const requests = podIdentityRequests(cluster, { ...association, withoutSessionTags: true });
    expect(requests.map(plain)).toEqual([asked(SERVICE, "sts:AssumeRole", { ...eks, ...noTags })]);
    expect(statesOf(requests, "aws:requesttag/kubernetes-pod-uid")).toEqual([[]]);
  });

  const session = {
    type: "AWS",
    arn: "arn:aws:sts::111122223333:assumed-role/first/*",
    awsAccount: "111122223333",
  };
  const principal = {
    "aws:principalaccount": ["111122223333"],
    "aws:principalarn": [first],
    "aws:principalisawsservice": ["false"],
    "aws:principaltype": ["AssumedRole"],
  };

  it("go on to a target role as a session of the first, with the tags of that session", () => {
    const requests = targetRoleRequests(cluster, { ...association, externalId: "x/y" }, first);
    const context = { ...principal, ...tags, ...prefixed("aws:principaltag") };
    expect(requests.map(plain)).toEqual([
      asked(session, "sts:AssumeRole", context),
      asked(session, "sts:TagSession", context),
    ]);
    // Whether EKS passes the external ID beside the tags is documented nowhere.
    expect(statesOf(requests, "sts:ExternalId")).toEqual(["unknown", "unknown"]);
    expect(statesOf(requests, "aws:PrincipalTag/kubernetes-pod-name")).toEqual(["present", "present"]);
    expect(statesOf(requests, "aws:PrincipalTag/team")).toEqual(["unknown", "unknown"]);
  });

  it("without tags, go on to a target role with the association's external ID", () => {
    const untagged = { ...association, withoutSessionTags: true };
    const requests = targetRoleRequests(cluster, { ...untagged, externalId: "x/y" }, first);
    const context = { ...principal, ...noTags };
    expect(requests.map(plain)).toEqual([
      asked(session, "sts:AssumeRole", { ...context, "sts:externalid": ["x/y"] }),
    ]);
    expect(targetRoleRequests(cluster, untagged, first).map(plain)).toEqual([
      asked(session, "sts:AssumeRole", context),
    ]);
    expect(statesOf(requests, "aws:PrincipalTag/kubernetes-namespace")).toEqual(["unknown"]);
  });

  function prefixed(prefix: string) {
    return Object.fromEntries(Object.entries(known).map(([tag, value]) => [`${prefix}/${tag}`, value]));
  }

  function statesOf(requests: readonly TrustRequest[], key: string) {
    return requests.map((request) => valuesOf(request, key));
  }

  function asked(who: object, action: string, context: object) {
    return { principal: who, action, context };
  }

  function plain({ principal: who, action, context }: TrustRequest) {
    return { principal: who, action, context: Object.fromEntries(context) };
  }
});
