import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { PolicyDocument, Statement } from "../../../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../../../src/model/trust-policy/grant.ts";
import type { World } from "../../../worlds/world.ts";
import { S3_READ } from "../../commands.ts";

/** The association's role, and the one that EKS assumes with it. */
export type WhichRole = "first" | "target";

/** The roles of one shop. */
export interface Roles extends Readonly<Record<WhichRole, string>> {
  /** With what its trust policy should say, unless given. */
  readonly create: (which: WhichRole, trust?: PolicyDocument) => Promise<void>;
  readonly remove: (which: WhichRole) => Promise<void>;
  /** Sets the trust policy; to what it should say, unless given. */
  readonly trust: (which: WhichRole, trust?: PolicyDocument) => Promise<void>;
  /** Allows it something in an inline policy. */
  readonly allow: (which: WhichRole, statement: Statement) => Promise<void>;
  /** The trust policy as it should be, with conditions and actions as given. */
  readonly trustOf: (
    which: WhichRole,
    conditions?: Readonly<Record<string, string>>,
    actions?: readonly string[],
  ) => PolicyDocument;
}

/** What EKS does with a role, session tags included. */
export const BOTH_ACTIONS = ["sts:AssumeRole", "sts:TagSession"] as const;

/** The roles of a shop in this namespace. */
export function rolesIn({ aws }: World, namespace: string): Roles {
  const iam = aws.iam();
  const names = { first: `${namespace}-first`, target: `${namespace}-target` };
  const arnOf = (which: WhichRole): string => `arn:aws:iam::${aws.awsAccount}:role/${names[which]}`;
  const [first, target] = [arnOf("first"), arnOf("target")];
  const trustOf: Roles["trustOf"] = (which, conditions = {}, actions = BOTH_ACTIONS) => {
    const isConditional = Object.keys(conditions).length > 0;
    return trustPolicy([
      {
        Effect: "Allow",
        Principal: which === "first" ? { Service: "pods.eks.amazonaws.com" } : { AWS: first },
        Action: actions,
        ...(isConditional && { Condition: { StringEquals: conditions } }),
      },
    ]);
  };
  return {
    first,
    target,
    trustOf,
    async create(which, trust = trustOf(which)) {
      const RoleName = names[which];
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: S3_READ }));
    },
    async remove(which) {
      const RoleName = names[which];
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: S3_READ }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
    },
    async trust(which, trust = trustOf(which)) {
      const PolicyDocument = JSON.stringify(trust);
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: names[which], PolicyDocument }));
    },
    async allow(which, statement) {
      const PolicyDocument = JSON.stringify(trustPolicy([statement]));
      await iam.send(new PutRolePolicyCommand({ RoleName: names[which], PolicyName: "own", PolicyDocument }));
    },
  };
}
