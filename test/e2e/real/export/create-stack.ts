import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { CreatePodIdentityAssociationCommand, EKSClient } from "@aws-sdk/client-eks";
import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  PutRolePolicyCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { parse } from "yaml";
import type { AwsWorld } from "../../../worlds/aws-world.ts";

/** What is read of a template here. */
export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: unknown }>>;
}

/**
 * Creates a stack of a template in moto, and then what moto's CloudFormation does not: it ignores identity providers,
 * associations and the managed policies of roles, and keeps inline policies in another form. The rest of a role (trust policy, path,
 * tags, boundary, …) is moto's reading of the template.
 * @returns the stack's status
 */
export async function createStack(world: AwsWorld, name: string, text: string): Promise<string | undefined> {
  const options = { endpoint: world.url, region: world.region, credentials: world.keys.admin };
  const cloudFormation = new CloudFormationClient(options);
  try {
    const stack = { StackName: name, TemplateBody: text, Capabilities: ["CAPABILITY_NAMED_IAM" as const] };
    await cloudFormation.send(new CreateStackCommand(stack));
    await createRest(world, parse(text, { version: "1.1" }) as Template);
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0]?.StackStatus;
  } finally {
    cloudFormation.destroy();
  }
}

/** Creates of a template what moto leaves out. */
export async function createRest(world: AwsWorld, template: Template): Promise<void> {
  const options = { endpoint: world.url, region: world.region, credentials: world.keys.admin };
  const clients = { iam: new IAMClient(options), eks: new EKSClient(options) };
  try {
    await createWith(clients, template, world.awsAccount);
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

async function createWith(
  { iam, eks }: { readonly iam: IAMClient; readonly eks: EKSClient },
  { Resources }: Template,
  awsAccount: string,
): Promise<void> {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === "AWS::IAM::OIDCProvider") {
      const { Url, ClientIdList: ClientIDList, Tags } = Properties as ProviderProperties;
      await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList, Tags }));
    }
    if (Type === "AWS::IAM::Role") {
      const { RoleName, ManagedPolicyArns = [], Policies = [] } = Properties as RoleProperties;
      for (const PolicyArn of ManagedPolicyArns)
        await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      for (const { PolicyName, PolicyDocument } of Policies)
        await iam.send(
          new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) }),
        );
    }
    if (Type === "AWS::EKS::PodIdentityAssociation") {
      const p = Properties as AssociationProperties;
      const {
        "Fn::GetAtt": [logicalId],
      } = p.RoleArn;
      const role = Resources[logicalId]?.Properties as RoleProperties | undefined;
      await eks.send(
        new CreatePodIdentityAssociationCommand({
          clusterName: p.ClusterName,
          namespace: p.Namespace,
          serviceAccount: p.ServiceAccount,
          roleArn: `arn:aws:iam::${awsAccount}:role${role?.Path ?? "/"}${role?.RoleName}`,
          targetRoleArn: p.TargetRoleArn,
          disableSessionTags: p.DisableSessionTags,
          policy: p.Policy,
          tags: Object.fromEntries(p.Tags.map(({ Key, Value }) => [Key, Value])),
        }),
      );
    }
  }
}

interface Inline {
  readonly PolicyName: string;
  readonly PolicyDocument: object;
}

interface ProviderProperties {
  readonly Url: string;
  readonly ClientIdList: string[];
  readonly Tags: { Key: string; Value: string }[];
}

interface RoleProperties {
  readonly RoleName: string;
  readonly Path?: string;
  readonly ManagedPolicyArns?: readonly string[];
  readonly Policies?: readonly Inline[];
}

interface AssociationProperties {
  readonly ClusterName: string;
  readonly Namespace: string;
  readonly ServiceAccount: string;
  readonly RoleArn: { readonly "Fn::GetAtt": readonly [string, string] };
  readonly TargetRoleArn?: string;
  readonly DisableSessionTags?: boolean;
  readonly Policy?: string;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}
