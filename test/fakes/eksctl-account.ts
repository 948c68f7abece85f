import type { PolicyArn, RoleArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { Stack } from "../../src/model/stack.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { StoredStack } from "./cloudformation.ts";
import type { AssociationFacts } from "./eks.ts";
import { aServiceAccount, CLOUDWATCH, INLINE, ownRole } from "./values.ts";
import type { World } from "./world.ts";

/** The ServiceAccount that the tests of adopting are about. */
export const CART = "shop/cart";

/** How a ServiceAccount of eksctl's differs from the usual one. */
export interface EksctlTraits {
  readonly attached?: readonly PolicyArn[];
  readonly trust?: PolicyDocument;
  readonly tags?: Readonly<Record<string, string>>;
  readonly stack?: Partial<Stack>;
  readonly template?: (usual: object) => string;
  readonly resources?: (usual: StoredStack["resources"]) => StoredStack["resources"];
  /** The role alone, as after its stack has gone. */
  readonly withoutStack?: boolean;
}

/** The trust policy of eksctl's roles for Pod Identity: it is for every association that has the role. */
export const OPEN_TO_PODS: Statement = {
  Effect: "Allow",
  Action: ["sts:AssumeRole", "sts:TagSession"],
  Principal: { Service: "pods.eks.amazonaws.com" },
};

/** The tags that eksctl gives to a stack for an association. */
export function eksctlAssociationTags(world: World, path: string): Record<string, string> {
  const { "alpha.eksctl.io/iamserviceaccount-name": _, ...tags } = eksctlTags(world, path);
  return { ...tags, "alpha.eksctl.io/podidentityassociation-name": path };
}

/** How an association of eksctl's differs from the usual one. */
export interface EksctlAssociationTraits extends EksctlTraits {
  readonly facts?: AssociationFacts;
  /** eksctl migrated it from IRSA: the stack has the name that it had. */
  readonly migrated?: boolean;
}

/** A Pod Identity association as eksctl makes it, with a role of its stack's, and the ServiceAccount. */
export function withEksctlAssociation(
  world: World,
  path = CART,
  { facts = {}, migrated = false, ...traits }: EksctlAssociationTraits = {},
): RoleArn {
  const tags = eksctlAssociationTags(world, path);
  const kind = migrated ? "addon-iamserviceaccount" : "podidentityrole";
  const arn = withRoleOfStack(world, path, kind, tags, { trust: trustPolicy([OPEN_TO_PODS]), ...traits });
  const { namespace } = aServiceAccount(path);
  world.withNamespace(namespace).withServiceAccount(path);
  world.withAssociation(path, arn, {
    tags: { "alpha.eksctl.io/podidentityassociation-name": path },
    ...facts,
  });
  return arn;
}

/** The tags that eksctl gives to a stack, and CloudFormation to what it makes. */
export function eksctlTags(world: World, path: string): Record<string, string> {
  return {
    "alpha.eksctl.io/cluster-name": world.cluster.name,
    "alpha.eksctl.io/iamserviceaccount-name": path,
    "alpha.eksctl.io/eksctl-version": "0.231.0",
    "eksctl.cluster.k8s.io/v1alpha1/cluster-name": world.cluster.name,
  };
}

/** A ServiceAccount as eksctl makes it: annotated, with a role of its stack's that has a managed and two inline policies. */
export function withEksctlServiceAccount(world: World, path = CART, traits: EksctlTraits = {}): RoleArn {
  const serviceAccount = aServiceAccount(path);
  const trust = world.trustOf({ serviceAccount });
  const tags = eksctlTags(world, path);
  const arn = withRoleOfStack(world, path, "addon-iamserviceaccount", tags, { trust, ...traits });
  world.withNamespace(serviceAccount.namespace).withServiceAccount(path, {
    labels: { "app.kubernetes.io/managed-by": "eksctl" },
    annotations: { [ROLE_ANNOTATION]: arn },
  });
  return arn;
}

/** A role with a managed and two inline policies, and the stack that made it. */
function withRoleOfStack(
  world: World,
  path: string,
  kind: "addon-iamserviceaccount" | "podidentityrole",
  tags: Record<string, string>,
  traits: EksctlTraits & { readonly trust: PolicyDocument },
): RoleArn {
  const serviceAccount = aServiceAccount(path);
  const name = `eksctl-${world.cluster.name}-${kind}-${path.replace("/", "-")}`;
  const roleName = `${name.slice(0, 40)}-Role1-${serviceAccount.name.toUpperCase()}`;
  const arn = ownRole(roleName);
  const inline = { [`${name}-Policy1`]: INLINE, [`${name}-PolicyAutoScaler`]: INLINE };
  world.withRole(
    arn,
    { trust: traits.trust, tags: { ...tags, ...traits.tags } },
    { attached: traits.attached ?? [CLOUDWATCH], inline },
  );
  if (traits.withoutStack === true) return arn;
  const policies = Object.keys(inline);
  const template = {
    AWSTemplateFormatVersion: "2010-09-09",
    Resources: {
      Role1: {
        Type: "AWS::IAM::Role",
        Properties: { AssumeRolePolicyDocument: traits.trust },
      },
      Policy1: { Type: "AWS::IAM::Policy", Properties: { Roles: [{ Ref: "Role1" }] } },
      PolicyAutoScaler: { Type: "AWS::IAM::Policy", Properties: { Roles: [{ Ref: "Role1" }] } },
    },
    Outputs: { Role1: { Value: { "Fn::GetAtt": ["Role1", "Arn"] } } },
  };
  const resources = [
    { logicalId: "Role1", type: "AWS::IAM::Role", physicalId: roleName },
    { logicalId: "Policy1", type: "AWS::IAM::Policy", physicalId: `${roleName}|${policies[0]}` },
    { logicalId: "PolicyAutoScaler", type: "AWS::IAM::Policy", physicalId: `${roleName}|${policies[1]}` },
  ];
  const stack: Stack = {
    name,
    id: `arn:aws:cloudformation:ap-northeast-2:111122223333:stack/${name}/1`,
    status: "CREATE_COMPLETE",
    tags,
    parameters: [],
    capabilities: ["CAPABILITY_IAM"],
    isProtected: false,
    ...traits.stack,
  };
  world.stacks.set(stack.id, {
    stack,
    template: traits.template?.(template) ?? JSON.stringify(template),
    resources: traits.resources?.(resources) ?? resources,
  });
  return arn;
}
