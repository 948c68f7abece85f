import { inJson, type Kubectl } from "../../../worlds/kubectl.ts";
import type { KubernetesItem, Wanted } from "./create-in-aws.ts";

interface Tag {
  readonly key: string;
  readonly value: string;
}

interface RoleSpec {
  readonly name: string;
  readonly path?: string;
  readonly description?: string;
  readonly assumeRolePolicyDocument: string;
  readonly maxSessionDuration?: number;
  readonly permissionsBoundary?: string;
  readonly policies?: readonly string[];
  readonly inlinePolicies?: Readonly<Record<string, string>>;
  readonly tags?: readonly Tag[];
}

interface ProviderSpec {
  readonly url: string;
  readonly clientIDs?: string[];
  readonly tags?: readonly Tag[];
}

interface AssociationSpec {
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleARN?: string;
  readonly roleRef?: { readonly from: { readonly name: string } };
  readonly targetRoleARN?: string;
  readonly disableSessionTags?: boolean;
  readonly policy?: string;
  readonly tags?: Record<string, string>;
}

const KINDS = {
  roles: "roles.iam.services.k8s.aws",
  providers: "openidconnectproviders.iam.services.k8s.aws",
  associations: "podidentityassociations.eks.services.k8s.aws",
};

/** All of ACK's kinds, as kubectl takes them. */
export const ACK_KINDS = Object.values(KINDS).join(",");

/** What ACK's controllers would create for the objects that the API server has, by ACK's reference. */
export async function readAck(kubectl: Kubectl, namespace: string, awsAccount: string): Promise<Wanted> {
  const list = async <Spec>(kind: string) => {
    const { items } = await inJson<{ items: KubernetesItem<Spec>[] }>(kubectl, [
      "get",
      kind,
      "-n",
      namespace,
    ]);
    return items;
  };
  const roles = await list<RoleSpec>(KINDS.roles);
  const providers = await list<ProviderSpec>(KINDS.providers);
  const associations = await list<AssociationSpec>(KINDS.associations);
  const arnOf = (reference: AssociationSpec["roleRef"]): string | undefined => {
    const role = roles.find(({ metadata }) => metadata.name === reference?.from.name)?.spec;
    return role && `arn:aws:iam::${awsAccount}:role${role.path ?? "/"}${role.name}`;
  };
  return {
    providers: providers.map(({ spec: { url, clientIDs, tags } }) => ({
      Url: url,
      ClientIDList: clientIDs,
      Tags: tagsOf(tags),
    })),
    roles: roles.map(({ spec }) => ({
      RoleName: spec.name,
      Path: spec.path,
      Description: spec.description,
      AssumeRolePolicyDocument: spec.assumeRolePolicyDocument,
      MaxSessionDuration: spec.maxSessionDuration,
      PermissionsBoundary: spec.permissionsBoundary,
      Tags: tagsOf(spec.tags),
    })),
    attached: roles.flatMap(({ spec: { name, policies = [] } }) =>
      policies.map((PolicyArn) => ({ RoleName: name, PolicyArn })),
    ),
    inline: roles.flatMap(({ spec: { name, inlinePolicies = {} } }) =>
      Object.entries(inlinePolicies).map(([PolicyName, PolicyDocument]) => ({
        RoleName: name,
        PolicyName,
        PolicyDocument,
      })),
    ),
    associations: associations.map(({ spec }) => ({
      clusterName: spec.clusterName,
      namespace: spec.namespace,
      serviceAccount: spec.serviceAccount,
      roleArn: spec.roleARN ?? arnOf(spec.roleRef),
      targetRoleArn: spec.targetRoleARN,
      disableSessionTags: spec.disableSessionTags,
      policy: spec.policy,
      tags: spec.tags,
    })),
  };
}

function tagsOf(tags: readonly Tag[] = []): { Key: string; Value: string }[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}
