import type { PolicyArn, RoleArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { Stack } from "../../src/model/stack.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import type { StoredStack } from "./cloudformation.ts";
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
  const name = `eksctl-${world.cluster.name}-addon-iamserviceaccount-${path.replace("/", "-")}`;
  const roleName = `${name.slice(0, 40)}-Role1-${serviceAccount.name.toUpperCase()}`;
  const arn = ownRole(roleName);
  const tags = eksctlTags(world, path);
  const inline = { [`${name}-Policy1`]: INLINE, [`${name}-PolicyAutoScaler`]: INLINE };
  world.withRole(
    arn,
    { trust: traits.trust ?? world.trustOf({ serviceAccount }), tags: { ...tags, ...traits.tags } },
    { attached: traits.attached ?? [CLOUDWATCH], inline },
  );
  world.withNamespace(serviceAccount.namespace).withServiceAccount(path, {
    labels: { "app.kubernetes.io/managed-by": "eksctl" },
    annotations: { [ROLE_ANNOTATION]: arn },
  });
  if (traits.withoutStack === true) return arn;
  const policies = Object.keys(inline);
  const template = {
    AWSTemplateFormatVersion: "2010-09-09",
    Resources: {
      Role1: {
        Type: "AWS::IAM::Role",
        Properties: { AssumeRolePolicyDocument: world.trustOf({ serviceAccount }) },
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
