import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
} from "@aws-sdk/client-cloudformation";
import {
  AttachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  TagRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { CreatePodIdentityAssociationCommand, EKSClient } from "@aws-sdk/client-eks";
import { createHash } from "node:crypto";
import { CLUSTER_NAME, type World } from "../worlds/world.ts";
import { clusterOf } from "./cluster.ts";
import { S3_READ } from "./commands.ts";

/** What eksctl leaves behind for a ServiceAccount: a stack, its role, and the ServiceAccount, annotated and labeled. */
export interface EksctlServiceAccount {
  readonly stack: string;
  readonly roleName: string;
  readonly roleArn: string;
}

/** Where it is left; a world is such a place. */
export interface Place {
  readonly aws: Pick<World["aws"], "url" | "region" | "awsAccount"> & {
    readonly keys: Pick<World["aws"]["keys"], "admin">;
  };
  readonly cluster: Pick<World["cluster"], "issuer">;
  readonly adminKubeconfig: string;
}

/** CloudFormation of a place, with the administrator's key. */
export function cloudFormationOf(place: Pick<Place, "aws">): CloudFormationClient {
  return new CloudFormationClient({ ...accessTo(place), maxAttempts: 1 });
}

function accessTo({ aws: { url: endpoint, region, keys } }: Pick<Place, "aws">) {
  return { endpoint, region, credentials: keys.admin };
}

/** Makes a ServiceAccount as eksctl does, with a managed policy, an inline one and a well-known one. */
export async function makeEksctlServiceAccount(
  place: Place,
  path: string,
  { isProtected = false } = {},
): Promise<EksctlServiceAccount> {
  const [namespace = "", name = ""] = path.split("/");
  const made = await makeStack(place, path, BY_TOKEN, isProtected);
  const { core } = clusterOf(place);
  await core.createNamespace({ body: { metadata: { name: namespace } } }).catch(() => undefined);
  const metadata = {
    name,
    labels: { "app.kubernetes.io/managed-by": "eksctl" },
    annotations: { "eks.amazonaws.com/role-arn": made.roleArn },
  };
  await core.createNamespacedServiceAccount({ namespace, body: { metadata } });
  return made;
}

/** Makes a Pod Identity association as eksctl does, with such a role and the ServiceAccount. */
export async function makeEksctlAssociation(place: Place, path: string): Promise<EksctlServiceAccount> {
  const [namespace = "", serviceAccount = ""] = path.split("/");
  const made = await makeStack(place, path, BY_ASSOCIATION, false);
  const { core } = clusterOf(place);
  await core.createNamespace({ body: { metadata: { name: namespace } } }).catch(() => undefined);
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: serviceAccount } } });
  const eks = new EKSClient({ ...accessTo(place), maxAttempts: 1 });
  const tags = { [BY_ASSOCIATION.tag]: path };
  const clusterName = CLUSTER_NAME;
  await eks.send(
    new CreatePodIdentityAssociationCommand({
      clusterName,
      namespace,
      serviceAccount,
      roleArn: made.roleArn,
      tags,
    }),
  );
  eks.destroy();
  return made;
}

/** By which way the role is given: what it is called in names and tags. */
interface Way {
  readonly stack: string;
  readonly tag: string;
}

const BY_TOKEN: Way = { stack: "addon-iamserviceaccount", tag: "alpha.eksctl.io/iamserviceaccount-name" };
const BY_ASSOCIATION: Way = { stack: "podidentityrole", tag: "alpha.eksctl.io/podidentityassociation-name" };

async function makeStack(
  place: Place,
  path: string,
  way: Way,
  isProtected: boolean,
): Promise<EksctlServiceAccount> {
  const stack = stackOf(path, way);
  const tags = eksctlTags(path, way);
  const client = cloudFormationOf(place);
  await client.send(
    new CreateStackCommand({
      StackName: stack,
      TemplateBody: JSON.stringify(template(place, path, way)),
      Tags: tags,
      Capabilities: ["CAPABILITY_NAMED_IAM"],
      EnableTerminationProtection: isProtected,
    }),
  );
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: stack }));
  client.destroy();
  const roleName =
    StackResources.find(({ ResourceType }) => ResourceType === "AWS::IAM::Role")?.PhysicalResourceId ?? "";
  const roleArn = await completeRole(place, roleName, tags);
  return { stack, roleName, roleArn };
}

/** What CloudFormation does with a stack's tags and a role's managed policies, and moto does not. */
async function completeRole(
  place: Place,
  RoleName: string,
  Tags: { Key: string; Value: string }[],
): Promise<string> {
  const iam = new IAMClient(accessTo(place));
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  if (AttachedPolicies.length === 0)
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: S3_READ }));
  await iam.send(new TagRoleCommand({ RoleName, Tags }));
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  iam.destroy();
  return Role?.Arn ?? "";
}

function eksctlTags(path: string, { tag }: Way) {
  return Object.entries({
    "alpha.eksctl.io/cluster-name": CLUSTER_NAME,
    [tag]: path,
    "alpha.eksctl.io/eksctl-version": "0.231.0",
    "eksctl.cluster.k8s.io/v1alpha1/cluster-name": CLUSTER_NAME,
  }).map(([Key, Value]) => ({ Key, Value }));
}

/** As CloudFormation names a role: it cuts the stack's name to what IAM takes. moto does not, so that it is said. */
function roleNameOf(path: string, way: Way): string {
  const random = createHash("sha256").update(path).digest("hex").slice(0, 12).toUpperCase();
  return `${stackOf(path, way).slice(0, 44)}-Role1-${random}`;
}

function stackOf(path: string, { stack }: Way): string {
  return `eksctl-${CLUSTER_NAME}-${stack}-${path.replace("/", "-")}`;
}

/** A template as eksctl writes it. */
function template(place: Place, path: string, way: Way): object {
  const policy = (name: string, Action: string) => ({
    Type: "AWS::IAM::Policy",
    Properties: {
      PolicyName: { "Fn::Sub": `\${AWS::StackName}-${name}` },
      PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] },
      Roles: [{ Ref: "Role1" }],
    },
  });
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `IAM role for serviceaccount "${path}" [created and managed by eksctl]`,
    Resources: {
      Role1: {
        Type: "AWS::IAM::Role",
        Properties: {
          RoleName: roleNameOf(path, way),
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [way === BY_TOKEN ? trustInTokens(place, path) : TRUST_IN_PODS],
          },
          ManagedPolicyArns: [S3_READ],
        },
      },
      Policy1: policy("Policy1", "sqs:SendMessage"),
      PolicyAutoScaler: policy("PolicyAutoScaler", "autoscaling:DescribeTags"),
    },
    Outputs: { Role1: { Value: { "Fn::GetAtt": ["Role1", "Arn"] } } },
  };
}

/** As eksctl writes it for an association: for any ServiceAccount. */
const TRUST_IN_PODS = {
  Effect: "Allow",
  Action: ["sts:AssumeRole", "sts:TagSession"],
  Principal: { Service: "pods.eks.amazonaws.com" },
};

function trustInTokens({ aws, cluster }: Place, path: string): object {
  const host = cluster.issuer.slice("https://".length);
  return {
    Effect: "Allow",
    Action: ["sts:AssumeRoleWithWebIdentity"],
    Principal: { Federated: `arn:aws:iam::${aws.awsAccount}:oidc-provider/${host}` },
    Condition: {
      StringEquals: {
        [`${host}:sub`]: `system:serviceaccount:${path.replace("/", ":")}`,
        [`${host}:aud`]: "sts.amazonaws.com",
      },
    },
  };
}
