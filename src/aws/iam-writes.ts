import {
  AddClientIDToOpenIDConnectProviderCommand,
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagOpenIDConnectProviderCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
  UpdateRoleCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { Failure } from "../model/failure.ts";
import type { Tags } from "../model/iam-objects.ts";
import { write } from "./call.ts";
import { fromSettings } from "./iam-wire.ts";
import type { IamPort, NewRole } from "./port.ts";

type Writes = Omit<IamPort, Extract<keyof IamPort, `get${string}` | `list${string}`>>;

/** The writing half of the IAM adapter: one method, one API call. */
export function iamWrites(client: IAMClient): Writes {
  return { ...providerWrites(client), ...roleWrites(client), ...roleRemovals(client) };
}

type ProviderWrites = Pick<
  Writes,
  "createProvider" | "addClientId" | "setThumbprints" | "tagProvider" | "deleteProvider"
>;

function providerWrites(client: IAMClient): ProviderWrites {
  return {
    createProvider: ({ url, clientIds, thumbprints, tags }) => {
      const command = new CreateOpenIDConnectProviderCommand({
        Url: url,
        ClientIDList: [...clientIds],
        ...(thumbprints.length > 0 && { ThumbprintList: [...thumbprints] }),
        Tags: toList(tags),
      });
      return write("iam:CreateOpenIDConnectProvider", () => client.send(command));
    },
    addClientId: (arn, clientId) => {
      const command = new AddClientIDToOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: arn,
        ClientID: clientId,
      });
      return write("iam:AddClientIDToOpenIDConnectProvider", () => client.send(command));
    },
    setThumbprints: (arn, thumbprints) => {
      const command = new UpdateOpenIDConnectProviderThumbprintCommand({
        OpenIDConnectProviderArn: arn,
        ThumbprintList: [...thumbprints],
      });
      return write("iam:UpdateOpenIDConnectProviderThumbprint", () => client.send(command));
    },
    tagProvider: (arn, tags) => {
      const command = new TagOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: arn,
        Tags: toList(tags),
      });
      return write("iam:TagOpenIDConnectProvider", () => client.send(command));
    },
    deleteProvider: (arn) => {
      const command = new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn });
      return write("iam:DeleteOpenIDConnectProvider", () => client.send(command));
    },
  };
}

function roleWrites(client: IAMClient): Omit<Writes, keyof ProviderWrites | keyof RoleRemovals> {
  return {
    createRole: (role) => withTrust("iam:CreateRole", () => client.send(createRoleCommand(role))),
    setTrust: (RoleName, trust) => {
      const command = new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(trust) });
      return withTrust("iam:UpdateAssumeRolePolicy", () => client.send(command));
    },
    setBoundary: (RoleName, PermissionsBoundary) => {
      const command = new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary });
      return write("iam:PutRolePermissionsBoundary", () => client.send(command));
    },
    setRoleSettings: (RoleName, settings) => {
      const command = new UpdateRoleCommand({ RoleName, ...fromSettings(settings) });
      return write("iam:UpdateRole", () => client.send(command));
    },
    tagRole: (RoleName, tags) => {
      const command = new TagRoleCommand({ RoleName, Tags: toList(tags) });
      return write("iam:TagRole", () => client.send(command));
    },
    attachPolicy: (RoleName, PolicyArn) => {
      const command = new AttachRolePolicyCommand({ RoleName, PolicyArn });
      return write("iam:AttachRolePolicy", () => client.send(command));
    },
    putInlinePolicy: (RoleName, PolicyName, document) => {
      const command = new PutRolePolicyCommand({
        RoleName,
        PolicyName,
        PolicyDocument: JSON.stringify(document),
      });
      return write("iam:PutRolePolicy", () => client.send(command));
    },
  };
}

/** IAM looks up the roles that a trust policy names, and sees those of another AWS account some seconds late. */
async function withTrust(action: string, send: Parameters<typeof write>[1]): ReturnType<typeof write> {
  try {
    return await write(action, send);
  } catch (error) {
    if (!(error instanceof Failure) || !error.message.includes('Invalid principal in policy: "AWS":"arn:'))
      throw error;
    throw new Failure(error.kind, "role-not-visible", error.message, { ...error.detail, cause: error });
  }
}

type RoleRemovals = Pick<
  Writes,
  | "deleteBoundary"
  | "untagRole"
  | "detachPolicy"
  | "deleteInlinePolicy"
  | "removeFromInstanceProfile"
  | "deleteRole"
>;

function roleRemovals(client: IAMClient): RoleRemovals {
  return {
    deleteBoundary: (RoleName) => {
      const command = new DeleteRolePermissionsBoundaryCommand({ RoleName });
      return write("iam:DeleteRolePermissionsBoundary", () => client.send(command));
    },
    untagRole: (RoleName, keys) => {
      const command = new UntagRoleCommand({ RoleName, TagKeys: [...keys] });
      return write("iam:UntagRole", () => client.send(command));
    },
    detachPolicy: (RoleName, PolicyArn) => {
      const command = new DetachRolePolicyCommand({ RoleName, PolicyArn });
      return write("iam:DetachRolePolicy", () => client.send(command));
    },
    deleteInlinePolicy: (RoleName, PolicyName) => {
      const command = new DeleteRolePolicyCommand({ RoleName, PolicyName });
      return write("iam:DeleteRolePolicy", () => client.send(command));
    },
    removeFromInstanceProfile: (RoleName, InstanceProfileName) => {
      const command = new RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName });
      return write("iam:RemoveRoleFromInstanceProfile", () => client.send(command));
    },
    deleteRole: (RoleName) => {
      const command = new DeleteRoleCommand({ RoleName });
      return write("iam:DeleteRole", () => client.send(command));
    },
  };
}

function createRoleCommand(role: NewRole): CreateRoleCommand {
  return new CreateRoleCommand({
    RoleName: role.name,
    Path: role.path,
    AssumeRolePolicyDocument: JSON.stringify(role.trust),
    Tags: toList(role.tags),
    ...(role.boundary !== undefined && { PermissionsBoundary: role.boundary }),
    ...fromSettings(role),
  });
}

function toList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
