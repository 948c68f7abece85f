import {
  CreatePodIdentityAssociationCommand,
  EKSClient,
  type CreatePodIdentityAssociationCommandInput,
} from "@aws-sdk/client-eks";
import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  type CreateOpenIDConnectProviderCommandInput,
  type CreateRoleCommandInput,
} from "@aws-sdk/client-iam";
import type { AwsWorld } from "../../../worlds/aws-world.ts";

/** What an engine's controller would create for its resources. */
export interface Wanted {
  readonly providers: readonly CreateOpenIDConnectProviderCommandInput[];
  readonly roles: readonly CreateRoleCommandInput[];
  readonly attached: readonly { readonly RoleName: string; readonly PolicyArn: string }[];
  readonly inline: readonly {
    readonly RoleName: string;
    readonly PolicyName: string;
    readonly PolicyDocument: string;
  }[];
  readonly associations: readonly CreatePodIdentityAssociationCommandInput[];
}

/** Creates it, in the order in which AWS needs it. */
export async function createInAws(world: AwsWorld, wanted: Wanted): Promise<void> {
  const options = { endpoint: world.url, region: world.region, credentials: world.keys.admin };
  const iam = new IAMClient(options);
  const eks = new EKSClient(options);
  try {
    for (const one of wanted.providers) await iam.send(new CreateOpenIDConnectProviderCommand(one));
    for (const one of wanted.roles) await iam.send(new CreateRoleCommand(one));
    for (const one of wanted.attached) await iam.send(new AttachRolePolicyCommand(one));
    for (const one of wanted.inline) await iam.send(new PutRolePolicyCommand(one));
    for (const one of wanted.associations) await eks.send(new CreatePodIdentityAssociationCommand(one));
  } finally {
    iam.destroy();
    eks.destroy();
  }
}

/** An object as the API server has it. */
export interface KubernetesItem<Spec> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Spec;
}
