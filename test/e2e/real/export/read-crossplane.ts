import { inJson, type Kubectl } from "../../../worlds/kubectl.ts";
import type { KubernetesItem, Wanted } from "./create-in-aws.ts";

interface Reference {
  readonly name: string;
}

interface Managed<Fields> {
  readonly forProvider: Fields;
}

type Item<Fields> = KubernetesItem<Managed<Fields>>;

interface RoleFields {
  readonly assumeRolePolicy: string;
  readonly description?: string;
  readonly maxSessionDuration?: number;
  readonly path?: string;
  readonly permissionsBoundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface ProviderFields {
  readonly url: string;
  readonly clientIdList: string[];
  readonly tags?: Readonly<Record<string, string>>;
}

interface AssociationFields {
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn?: string;
  readonly roleArnRef?: Reference;
  readonly targetRoleArn?: string;
  readonly disableSessionTags?: boolean;
  readonly tags?: Record<string, string>;
}

const KINDS = {
  roles: "roles.iam.aws.m.upbound.io",
  attachments: "rolepolicyattachments.iam.aws.m.upbound.io",
  inline: "rolepolicies.iam.aws.m.upbound.io",
  providers: "openidconnectproviders.iam.aws.m.upbound.io",
  associations: "podidentityassociations.eks.aws.m.upbound.io",
};

/** All of Crossplane's kinds, as kubectl takes them. */
export const CROSSPLANE_KINDS = Object.values(KINDS).join(",");

/** What an object is called in AWS, by Crossplane's convention. */
export function externalName({ metadata }: KubernetesItem<unknown>): string {
  return metadata.annotations?.["crossplane.io/external-name"] ?? metadata.name;
}

/** What Crossplane's providers would create for the objects that the API server has, by their reference. */
export async function readCrossplane(
  kubectl: Kubectl,
  namespace: string,
  awsAccount: string,
): Promise<Wanted> {
  const list = async <Fields>(kind: string) => {
    const args = ["get", kind, "-n", namespace];
    return (await inJson<{ readonly items: readonly Item<Fields>[] }>(kubectl, args)).items;
  };
  const roles = await list<RoleFields>(KINDS.roles);
  const attachments = await list<{ policyArn: string; roleRef: Reference }>(KINDS.attachments);
  const inline = await list<{ policy: string; roleRef: Reference }>(KINDS.inline);
  const providers = await list<ProviderFields>(KINDS.providers);
  const associations = await list<AssociationFields>(KINDS.associations);
  const referred = ({ name }: Reference): Item<RoleFields> => {
    const role = roles.find(({ metadata }) => metadata.name === name);
    if (role === undefined) throw new Error(`no role ${name}`);
    return role;
  };
  const arnOf = (role: Item<RoleFields>): string =>
    `arn:aws:iam::${awsAccount}:role${role.spec.forProvider.path ?? "/"}${externalName(role)}`;
  return {
    providers: providers.map(({ spec: { forProvider } }) => ({
      Url: forProvider.url,
      ClientIDList: forProvider.clientIdList,
      Tags: tagsOf(forProvider.tags),
    })),
    roles: roles.map((role) => {
      const { forProvider } = role.spec;
      return {
        RoleName: externalName(role),
        Path: forProvider.path,
        Description: forProvider.description,
        AssumeRolePolicyDocument: forProvider.assumeRolePolicy,
        MaxSessionDuration: forProvider.maxSessionDuration,
        PermissionsBoundary: forProvider.permissionsBoundary,
        Tags: tagsOf(forProvider.tags),
      };
    }),
    attached: attachments.map(({ spec: { forProvider } }) => ({
      RoleName: externalName(referred(forProvider.roleRef)),
      PolicyArn: forProvider.policyArn,
    })),
    inline: inline.map((one) => ({
      RoleName: externalName(referred(one.spec.forProvider.roleRef)),
      PolicyName: externalName(one),
      PolicyDocument: one.spec.forProvider.policy,
    })),
    associations: associations.map(({ spec: { forProvider } }) => ({
      clusterName: forProvider.clusterName,
      namespace: forProvider.namespace,
      serviceAccount: forProvider.serviceAccount,
      roleArn: forProvider.roleArn ?? (forProvider.roleArnRef && arnOf(referred(forProvider.roleArnRef))),
      targetRoleArn: forProvider.targetRoleArn,
      disableSessionTags: forProvider.disableSessionTags,
      tags: forProvider.tags,
    })),
  };
}

function tagsOf(tags: Readonly<Record<string, string>> = {}): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
