import type { Registered } from "../../../worlds/pulumi/programs.ts";
import type { Wanted } from "./create-in-aws.ts";

/** The inputs that these tests read, of any type. */
export interface Inputs {
  readonly name: string;
  readonly url: string;
  readonly clientIdLists: string[];
  readonly path?: string;
  readonly description?: string;
  readonly assumeRolePolicy: string;
  readonly maxSessionDuration: number;
  readonly permissionsBoundary?: string;
  readonly tags?: Record<string, string>;
  readonly role: string;
  readonly policyArn: string;
  readonly policy: string;
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly targetRoleArn?: string;
  readonly disableSessionTags?: boolean;
}

const ROLE = "aws:iam/role:Role";

/** The resources of one type, in the order of the model. */
export function inputsOf(registered: readonly Registered[], type: string): readonly Inputs[] {
  const found = registered.filter((one) => one.type === type);
  return found.map(({ inputs }) => inputs as unknown as Inputs);
}

/** What Pulumi's provider would create for what a program registers. */
export function readPulumi(registered: readonly Registered[], awsAccount: string): Wanted {
  const arnOf = (role: string): string => {
    const [, name] = role.split("::");
    const found = registered.find((one) => one.type === ROLE && one.name === name);
    const inputs = found?.inputs as unknown as Inputs | undefined;
    return inputs === undefined ? role : `arn:aws:iam::${awsAccount}:role${inputs.path ?? "/"}${inputs.name}`;
  };
  return {
    providers: inputsOf(registered, "aws:iam/openIdConnectProvider:OpenIdConnectProvider").map((one) => ({
      Url: one.url,
      ClientIDList: one.clientIdLists,
      Tags: tagsOf(one.tags),
    })),
    roles: inputsOf(registered, ROLE).map((one) => ({
      RoleName: one.name,
      Path: one.path,
      Description: one.description,
      AssumeRolePolicyDocument: one.assumeRolePolicy,
      MaxSessionDuration: one.maxSessionDuration,
      PermissionsBoundary: one.permissionsBoundary,
      Tags: tagsOf(one.tags),
    })),
    attached: inputsOf(registered, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").map((one) => ({
      RoleName: one.role,
      PolicyArn: one.policyArn,
    })),
    inline: inputsOf(registered, "aws:iam/rolePolicy:RolePolicy").map((one) => ({
      RoleName: one.role,
      PolicyName: one.name,
      PolicyDocument: one.policy,
    })),
    associations: inputsOf(registered, "aws:eks/podIdentityAssociation:PodIdentityAssociation").map(
      (one) => ({
        clusterName: one.clusterName,
        namespace: one.namespace,
        serviceAccount: one.serviceAccount,
        roleArn: arnOf(one.roleArn),
        targetRoleArn: one.targetRoleArn,
        disableSessionTags: one.disableSessionTags,
        policy: one.policy,
        tags: one.tags,
      }),
    ),
  };
}

function tagsOf(tags: Readonly<Record<string, string>> = {}): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
