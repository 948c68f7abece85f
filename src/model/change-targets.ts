import { roleRef, type ProviderArn, type RoleArn } from "./arn.ts";
import type { WorkloadRef } from "./kubernetes-objects.ts";
import { serviceAccountPath, type ServiceAccountRef } from "./service-account-ref.ts";
import type { StackRef } from "./stack-change.ts";
import { KINDS } from "./workload-kinds.ts";

/** What a change touches. */
export interface Target {
  /** As `role:<ARN>`; changes of one target are shown together. */
  readonly id: string;
  /** As a plan shows it: `Role`, and its name. */
  readonly kind: string;
  readonly name: string;
}

/** An identity provider. */
export function onProvider(arn: ProviderArn, name: string = arn): Target {
  return { id: `provider:${arn}`, kind: "Provider", name };
}

/** A role itself. */
export function onRole({ arn }: { readonly arn: RoleArn }): Target {
  return { id: `role:${arn}`, kind: "Role", name: roleRef(arn).name };
}

/** The role that the changed thing is attached to. */
export function onAttached({ role }: { readonly role: RoleArn }): Target {
  return onRole({ arn: role });
}

/** A CloudFormation stack. */
export function onStack({ stack: { name } }: { readonly stack: StackRef }): Target {
  return { id: `stack:${name}`, kind: "Stack", name };
}

/** A namespace. */
export function onNamespace({ namespace }: { readonly namespace: string }): Target {
  return { id: `namespace:${namespace}`, kind: "Namespace", name: namespace };
}

/** A ServiceAccount. */
export function onServiceAccount({ serviceAccount }: { readonly serviceAccount: ServiceAccountRef }): Target {
  const name = serviceAccountPath(serviceAccount);
  return { id: `account:${name}`, kind: "ServiceAccount", name };
}

/** The Pod Identity association of a ServiceAccount, which has one at most. */
export function onPodIdentity({ serviceAccount }: { readonly serviceAccount: ServiceAccountRef }): Target {
  const name = serviceAccountPath(serviceAccount);
  return { id: `association:${name}`, kind: "Association", name };
}

/** An EKS add-on. */
export function onAddon({ addon }: { readonly addon: string }): Target {
  return { id: `addon:${addon}`, kind: "Add-on", name: addon };
}

/** A workload. */
export function onWorkload({
  workload: { kind, namespace, name },
}: {
  readonly workload: WorkloadRef;
}): Target {
  return {
    id: `workload:${namespace}/${kind}/${name}`,
    kind: KINDS[kind].kind,
    name: `${namespace}/${name}`,
  };
}
