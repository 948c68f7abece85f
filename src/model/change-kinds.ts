import { ADDON_KINDS } from "./addon-kinds.ts";
import { counted } from "./counted.ts";
import { policyName, roleRef } from "./arn.ts";
import { edited } from "./attributes.ts";
import {
  inlineSign,
  newProviderAttributes,
  newRoleAttributes,
  newServiceAccountAttributes,
  policyAttribute,
  providerEdits,
  retainedAttributes,
  roleEdits,
  serviceAccountEdits,
  stackAttributes,
} from "./change-attributes.ts";
import {
  inlineName,
  providerSummary,
  roleSummary,
  serviceAccountProgress,
  serviceAccountSummary,
} from "./change-summaries.ts";
import {
  onAttached,
  onNamespace,
  onProvider,
  onRole,
  onServiceAccount,
  onStack,
  onWorkload,
} from "./change-targets.ts";
import type { ChangeKindRow } from "./change-kind-row.ts";
import type { ChangeKind, ChangeOf } from "./change.ts";
import { TAG } from "./ownership-tags.ts";
import { POD_IDENTITY_KINDS } from "./pod-identity-kinds.ts";
import { workloadText } from "./workload-name.ts";

/** Every kind of change. Apply has another table, by which each is performed (`engine/perform.ts`). */
export const CHANGE_KINDS: { readonly [Kind in ChangeKind]: ChangeKindRow<ChangeOf<Kind>> } = {
  "create-provider": {
    effect: "create",
    layer: "provider",
    target: ({ arn, url }) => onProvider(arn, url),
    attributes: newProviderAttributes,
    progress: { doing: "registering the identity provider", done: "Identity provider registered" },
    summary: ({ clientIds }) => `+ the cluster's issuer, audience ${clientIds.join(", ")}`,
  },
  "edit-provider": {
    effect: "change",
    layer: "provider",
    target: ({ arn }) => onProvider(arn),
    attributes: providerEdits,
    progress: { doing: "changing the identity provider", done: "Identity provider changed" },
    summary: providerSummary,
  },
  "delete-provider": {
    effect: "remove",
    layer: "provider",
    target: ({ arn }) => onProvider(arn),
    attributes: () => [],
    progress: { doing: "deleting the identity provider", done: "Identity provider deleted" },
    summary: () => "- the cluster's issuer",
  },
  "create-role": {
    effect: "create",
    layer: "role",
    target: onRole,
    attributes: newRoleAttributes,
    documents: ({ trust }) => [{ after: trust }],
    progress: { doing: "creating the role", done: "Role created" },
    summary: ({ arn }) => `+ role ${roleRef(arn).name}`,
  },
  "edit-role": {
    effect: "change",
    layer: "role",
    target: onRole,
    attributes: roleEdits,
    documents: ({ trust }) => (trust === undefined ? [] : [trust]),
    progress: ({ setTags = {} }) =>
      TAG.origin in setTags
        ? { doing: "tagging the role", done: "Role tagged" }
        : { doing: "changing the role", done: "Role changed" },
    summary: roleSummary,
  },
  "delete-role": {
    effect: "remove",
    layer: "role",
    target: onRole,
    attributes: () => [],
    progress: { doing: "deleting the role", done: "Role deleted" },
    summary: ({ arn }) => `- role ${roleRef(arn).name}`,
  },
  "attach-policy": {
    effect: "change",
    layer: "attachment",
    quota: "gives",
    target: onAttached,
    attributes: ({ policy }) => [policyAttribute("+", policy)],
    progress: ({ policy }) => {
      const name = policyName(policy);
      return { doing: `attaching ${name}`, done: `${name} attached` };
    },
    summary: ({ policy }) => `+ policy ${policyName(policy)}`,
  },
  "detach-policy": {
    effect: "change",
    layer: "attachment",
    quota: "takes",
    target: onAttached,
    attributes: ({ policy }) => [policyAttribute("-", policy)],
    progress: ({ policy }) => {
      const name = policyName(policy);
      return { doing: `detaching ${name}`, done: `${name} detached` };
    },
    summary: ({ policy }) => `- policy ${policyName(policy)}`,
  },
  "put-inline-policy": {
    effect: "change",
    layer: "attachment",
    quota: "gives",
    target: onAttached,
    attributes: (change) => [[inlineSign(change), "policy", `${change.name} (inline)`]],
    documents: ({ before, after }) => [before === undefined ? { after } : { before, after }],
    progress: { doing: "writing the inline policy", done: "Inline policy written" },
    summary: (change) => `${inlineSign(change)} inline policy${inlineName(change)}`,
  },
  "delete-inline-policy": {
    effect: "change",
    layer: "attachment",
    quota: "takes",
    target: onAttached,
    attributes: ({ name }) => [["-", "policy", `${name} (inline)`]],
    documents: ({ before }) => (before === undefined ? [] : [{ before }]),
    progress: ({ name }) => ({
      doing: `deleting the inline policy ${name}`,
      done: `Inline policy ${name} deleted`,
    }),
    summary: (change) => `- inline policy${inlineName(change)}`,
  },
  "leave-instance-profile": {
    effect: "change",
    layer: "attachment",
    quota: "takes",
    target: onAttached,
    attributes: ({ profile }) => [["-", "profile", `${profile} (instance profile)`]],
    progress: ({ profile }) => ({
      doing: `removing the role from the instance profile ${profile}`,
      done: `Role removed from the instance profile ${profile}`,
    }),
    summary: ({ profile }) => `- instance profile ${profile}`,
  },
  ...POD_IDENTITY_KINDS,
  ...ADDON_KINDS,
  "create-namespace": {
    effect: "create",
    layer: "namespace",
    right: "create namespaces",
    target: onNamespace,
    attributes: () => [],
    progress: { doing: "creating the namespace", done: "Namespace created" },
    summary: () => "+ Namespace",
  },
  "create-service-account": {
    effect: "create",
    layer: "service-account",
    right: "create serviceaccounts",
    target: onServiceAccount,
    attributes: newServiceAccountAttributes,
    progress: { doing: "creating the ServiceAccount", done: "ServiceAccount created" },
    summary: () => "+ ServiceAccount",
  },
  "edit-service-account": {
    effect: "change",
    layer: "service-account",
    right: "patch serviceaccounts",
    target: onServiceAccount,
    attributes: serviceAccountEdits,
    progress: serviceAccountProgress,
    summary: serviceAccountSummary,
  },
  "delete-service-account": {
    effect: "remove",
    layer: "service-account",
    right: "delete serviceaccounts",
    target: onServiceAccount,
    attributes: () => [],
    progress: { doing: "deleting the ServiceAccount", done: "ServiceAccount deleted" },
    summary: () => "- ServiceAccount",
  },
  "bind-workload": {
    effect: "change",
    layer: "workload",
    target: onWorkload,
    attributes: ({ before, serviceAccount }) => [edited("ServiceAccount", before, serviceAccount.name)],
    progress: ({ workload }) => {
      const name = workloadText(workload);
      return { doing: `updating ${name}`, done: `${name} updated` };
    },
    summary: ({ workload }) => `~ ${workloadText(workload)}`,
  },
  "restart-workload": {
    effect: "change",
    layer: "workload",
    target: onWorkload,
    attributes: ({ because }) => [["~", "restart", because]],
    progress: ({ workload }) => {
      const name = workloadText(workload);
      return { doing: `restarting ${name}`, done: `${name} restarted` };
    },
    summary: ({ workload }) => `~ ${workloadText(workload)}`,
  },
  "retain-stack": {
    effect: "change",
    layer: "stack",
    target: onStack,
    attributes: retainedAttributes,
    documents: ({ template }) => [{ template }],
    progress: {
      doing: "setting DeletionPolicy Retain on the stack",
      done: "DeletionPolicy Retain set on the stack",
    },
    summary: ({ resources }) => `~ stack: DeletionPolicy Retain on ${counted(resources.length, "resource")}`,
  },
  "delete-stack": {
    effect: "remove",
    layer: "stack",
    target: onStack,
    attributes: stackAttributes,
    progress: { doing: "deleting the stack", done: "Stack deleted; its resources were kept" },
    summary: ({ stack, resources }) =>
      `- stack ${stack.name} (its ${counted(resources.length, "resource")} retained)`,
  },
  "confirm-release": {
    effect: "change",
    layer: "role",
    target: onAttached,
    attributes: () => [
      [" ", "verify", "trust policy, policies and boundary are unchanged after the stack is deleted"],
    ],
    progress: { doing: "verifying that the role is unchanged", done: "Role unchanged" },
    summary: () => "verify that the role is unchanged",
  },
};
