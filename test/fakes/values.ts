import {
  clusterRef,
  parseClusterArn,
  parsePolicyArn,
  parseRoleArn,
  type PolicyArn,
  type RoleArn,
} from "../../src/model/arn.ts";
import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import { parseIssuerUrl } from "../../src/model/issuer.ts";
import type { Parsed } from "../../src/model/problems.ts";
import { parseRoleName, type RoleName } from "../../src/model/role-name.ts";
import { parseNamespaceName, parseServiceAccountName } from "../../src/model/service-account-ref.ts";
import type { AskedServiceAccount } from "../../src/model/asked.ts";
import { fromOperator, type FromOperator } from "../../src/model/source.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import type {
  DesiredServiceAccount,
  ExistingRole,
  ManagedRole,
} from "../../src/service-account/create/desired.ts";
import { CLUSTER_CA } from "./certificates.ts";

/** What a parser made of a value that a test knows to be right. */
export function right<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new Error(`the test's value ${parsed.problem}`);
}

export const ISSUER = "https://oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001";
export const OLD_ISSUER = "https://oidc.eks.ap-northeast-2.amazonaws.com/id/01DC1A57E20000000000000000000002";
export const AUDIENCE = "sts.amazonaws.com" as const;

/** An audience that the operator asks for. */
export function anAudience(text: string): FromOperator<string> {
  return fromOperator(text);
}

/** The name of a role that the operator gives. */
export function aRoleName(text: string): FromOperator<RoleName> {
  return fromOperator(right(parseRoleName(text)));
}

/** An active cluster; changed as given. */
export function aCluster(
  changes: { readonly arn?: string; readonly issuer?: string } = {},
): ClusterWithIssuer {
  const arn = changes.arn ?? "arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster";
  return {
    ...clusterRef(right(parseClusterArn(arn))),
    issuer: right(parseIssuerUrl(changes.issuer ?? ISSUER)),
    status: "ACTIVE",
    version: "1.34",
    endpoint: "https://5D1C.gr7.ap-northeast-2.eks.amazonaws.com",
    caPem: CLUSTER_CA,
    local: false,
    access: { public: true, private: false, publicCidrs: ["0.0.0.0/0"] },
  };
}

/** A ServiceAccount by `namespace/name`. */
export function aServiceAccount(path: string): AskedServiceAccount {
  const [namespace = "", name = ""] = path.split("/");
  return {
    namespace: fromOperator(right(parseNamespaceName(namespace))),
    name: fromOperator(right(parseServiceAccountName(name))),
  };
}

/** The ARN of one of AWS's own policies. */
export function awsPolicy(name: string, partition = "aws"): FromOperator<PolicyArn> {
  return fromOperator(right(parsePolicyArn(`arn:${partition}:iam::aws:policy/${name}`)));
}

/** The ARN of a policy of the cluster's AWS account. */
export function ownPolicy(name: string): FromOperator<PolicyArn> {
  return fromOperator(right(parsePolicyArn(`arn:aws:iam::111122223333:policy/${name}`)));
}

/** The ARN of a role of the cluster's AWS account, its path included in the name. */
export function ownRole(name: string): RoleArn {
  return right(parseRoleArn(`arn:aws:iam::111122223333:role/${name}`));
}

export const CLOUDWATCH = awsPolicy("CloudWatchAgentServerPolicy");
export const S3_READ = awsPolicy("AmazonS3ReadOnlyAccess");

/** An identity policy that allows one harmless action. */
export const INLINE_DOCUMENT: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::cart/*" }],
};

/** The same, asked for by the operator. */
export const INLINE = fromOperator(INLINE_DOCUMENT);

/** Another one, of which `INLINE` says nothing. */
export const MORE: FromOperator<PolicyDocument> = fromOperator({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }],
});

/** The ServiceAccount that the story is about, with the policy that it asks for; changed as given. */
export function aDesire(changes: Partial<DesiredServiceAccount> = {}): DesiredServiceAccount {
  return {
    serviceAccount: aServiceAccount("amazon-cloudwatch/cloudwatch-agent"),
    labels: {},
    role: managed(),
    adopt: false,
    associate: false,
    addTrust: false,
    roleOnly: false,
    clusterFlags: ["--cluster", "eks-work-cluster"],
    allowDefaultServiceAccount: false,
    allowAdministrator: false,
    ...changes,
  };
}

/** A role for irsa to make and keep; changed as given. */
export function managed(changes: Partial<ManagedRole> = {}): ManagedRole {
  return { kind: "managed", prefix: "", policies: [CLOUDWATCH], tags: {}, ...changes };
}

/** A role to point to. */
export function existing(arn: string): ExistingRole {
  return { kind: "existing", arn: fromOperator(right(parseRoleArn(arn))) };
}

/** A statement of a trust policy that has nothing to do with ServiceAccounts. */
export const EC2: Statement = {
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
};
