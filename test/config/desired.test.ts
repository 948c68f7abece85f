import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { desiredOf, type Terms } from "../../src/config/desired.ts";
import { isFailure } from "../../src/model/failure.ts";
import { Problems } from "../../src/model/problems.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { aCluster } from "../fakes/values.ts";
import { fileOf, read } from "./read.ts";

const TERMS: Terms = {
  adopt: false,
  associate: true,
  addTrust: false,
  clusterFlags: ["--cluster", "c"],
  allowDefaultServiceAccount: false,
  allowAdministrator: false,
  prefix: "corp-",
};

function desiresOf(text: string, cluster = aCluster(), terms = TERMS) {
  const problems = new Problems();
  const desires = read(text).serviceAccounts.map((serviceAccount) =>
    desiredOf(serviceAccount, cluster, terms, problems),
  );
  problems.throwIfAny();
  return desires;
}

describe("what a file's ServiceAccounts come to in a cluster", () => {
  it("is an ask like create-sa's, with the terms of the run", () => {
    const text = readFileSync(new URL("samples/eksctl-accounts.yaml", import.meta.url), "utf8");
    const [reader, dns, , legacy] = desiresOf(text);
    expect(reader).toEqual({
      serviceAccount: { namespace: "backend-apps", name: "s3-reader" },
      labels: { "aws-usage": "application", replicas: "3" },
      annotations: { "example.com/owner": "payments" },
      role: {
        kind: "managed",
        prefix: "corp-",
        policies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
        tags: { "cost-centre": "42" },
        exclusivePolicies: true,
      },
      roleOnly: false,
      adopt: false,
      associate: true,
      byFile: true,
      addTrust: false,
      clusterFlags: ["--cluster", "c"],
      allowDefaultServiceAccount: false,
      allowAdministrator: false,
    });
    expect(dns?.role).toMatchObject({ policies: [], inline: { Version: "2012-10-17" } });
    expect(legacy?.role).toEqual({ kind: "existing", arn: "arn:aws:iam::111122223333:role/made/legacy" });
  });

  it("joins an inline policy and well-known ones: the user's own statements stand first", () => {
    const [desired] = desiresOf(
      fileOf(
        "metadata: { name: a }\nwellKnownPolicies: { externalDNS: true, imageBuilder: true }\nattachPolicy: { Version: '2012-10-17', Statement: { Sid: Own, Effect: Allow, Action: 's3:GetObject', Resource: '*' } }",
      ),
    );
    const role = desired?.role;
    if (role?.kind !== "managed") throw new Error("no role to make");
    expect(listOf(role.inline?.Statement).map(({ Sid }) => Sid)).toEqual(["Own", undefined, undefined]);
    expect(role.policies).toEqual(["arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"]);
  });

  it("gives the role the tag that a policy compares with the tags of volumes", () => {
    const scoped = "metadata: { name: a }\nwellKnownPolicies: { ebsCSIController: { clusterScoped: true } }";
    const [desired] = desiresOf(fileOf(`${scoped}\ntags: { team: a }`));
    expect(desired?.role).toMatchObject({
      policies: ["arn:aws:iam::aws:policy/AmazonEBSCSIDriverEKSClusterScopedPolicy"],
      tags: { team: "a", "eks-cluster-name": aCluster().name },
    });
    expect(() => desiresOf(fileOf(`${scoped}\ntags: { eks-cluster-name: other }`))).toThrow(
      `'other' can't be the tag 'eks-cluster-name': a policy in wellKnownPolicies needs '${aCluster().name}'`,
    );
  });

  it.each([
    ["", "/${aws:username}/", "2008-10-17"],
    ["Version: '2012-10-17', ", "/${aws:username}/", "2012-10-17"],
    ["", "/plain/", "2012-10-17"],
  ])(
    "keeps text text and variables variables beside well-known policies: %s%s",
    (version, path, expected) => {
      const [desired] = desiresOf(
        fileOf(
          `metadata: { name: a }\nwellKnownPolicies: { externalDNS: true }\nattachPolicy: { ${version}Statement: { Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::a${path}*' } }`,
        ),
      );
      const role = desired?.role;
      expect(role?.kind === "managed" && role.inline?.Version).toBe(expected);
    },
  );

  it.each([
    [
      "a policy of another partition",
      "attachPolicyARNs: [arn:aws-cn:iam::aws:policy/X]",
      "a.yaml:7:24 'arn:aws-cn:iam::aws:policy/X' is in partition 'aws-cn', the cluster in 'aws'",
    ],
    [
      "a boundary of another AWS account",
      "wellKnownPolicies: { imageBuilder: true }\npermissionsBoundary: arn:aws:iam::999922223333:policy/edge",
      "a.yaml:8:26 'arn:aws:iam::999922223333:policy/edge' is in AWS account 999922223333; a role in 111122223333 can't use it",
    ],
  ])("refuses %s, with its place", (_what, entry, expected) => {
    let message = "";
    try {
      desiresOf(fileOf(`metadata: { name: a }\n${entry}`));
    } catch (error) {
      if (isFailure(error)) ({ message } = error);
    }
    expect(message).toBe(expected);
  });

  it("refuses an inline policy that grows over IAM's quota", () => {
    const actions = Array.from({ length: 250 }, (_, at) => `s3:GetObjectVersionNumber${at}`).join("','");
    const entry = `metadata: { name: a }\nwellKnownPolicies: { awsLoadBalancerController: true }\nattachPolicy: { Statement: { Effect: Allow, Action: ['${actions}'], Resource: '*' } }`;
    expect(() => desiresOf(fileOf(entry))).toThrow(/results in an inline policy of \d{5} characters/);
  });
});
