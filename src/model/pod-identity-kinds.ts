import { roleRef } from "./arn.ts";
import type { ChangeKindRow } from "./change-kind-row.ts";
import { onPodIdentity } from "./change-targets.ts";
import type { PodIdentityChange } from "./pod-identity-change.ts";
import {
  newPodIdentityAttributes,
  podIdentityEdits,
  podIdentitySummary,
  policyDocuments,
} from "./shown-pod-identity.ts";

type Kind = PodIdentityChange["kind"];

/** The kinds of change of a Pod Identity association, a part of `CHANGE_KINDS`. */
export const POD_IDENTITY_KINDS: {
  readonly [One in Kind]: ChangeKindRow<Extract<PodIdentityChange, { readonly kind: One }>>;
} = {
  "create-pod-identity": {
    effect: "create",
    layer: "association",
    target: onPodIdentity,
    attributes: newPodIdentityAttributes,
    documents: ({ sessionPolicy }) => policyDocuments(undefined, sessionPolicy),
    progress: { doing: "creating the Pod Identity association", done: "Pod Identity association created" },
    summary: ({ role }) => `+ association with ${roleRef(role).name}`,
  },
  "update-pod-identity": {
    effect: "change",
    layer: "association",
    target: onPodIdentity,
    attributes: podIdentityEdits,
    documents: ({ before, set, unset }) =>
      set.sessionPolicy === undefined && unset?.sessionPolicy === undefined
        ? []
        : policyDocuments(before.policy, set.sessionPolicy),
    progress: { doing: "changing the Pod Identity association", done: "Pod Identity association changed" },
    summary: podIdentitySummary,
  },
  "delete-pod-identity": {
    effect: "remove",
    layer: "association",
    target: onPodIdentity,
    attributes: () => [],
    progress: { doing: "deleting the Pod Identity association", done: "Pod Identity association deleted" },
    summary: () => "- association",
  },
};
