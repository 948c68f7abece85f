import type { Addon } from "./addon.ts";
import { digestOf } from "./digest.ts";
import type { Provider, Role } from "./iam-objects.ts";
import type { ServiceAccount } from "./kubernetes-objects.ts";
import type { PodIdentityAssociation } from "./pod-identity.ts";
import { settingsOf } from "./role-settings.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/** What an edit of a role depends on: that it is this role, its trust, tags and settings. */
export function roleDigest({ id, trust, tags, ...role }: Role): string {
  return digestOf({ id, trust, tags, ...settingsOf(role) });
}

/** What an edit of a provider depends on: audiences, thumbprints, tags; in any order. */
export function providerDigest({ clientIds, thumbprints, tags }: Provider): string {
  return digestOf({ clientIds: clientIds.toSorted(), thumbprints: thumbprints.toSorted(), tags });
}

/** What an edit of an inline policy depends on; `undefined` where there is none. */
export function inlineDigest(document: PolicyDocument | undefined): string {
  return digestOf(document ?? null);
}

/** What an edit of an association depends on: that it is this one, what it says, who owns it. */
export function podIdentityDigest(association: PodIdentityAssociation): string {
  const { modifiedAt: _, ...rest } = association;
  return digestOf(rest);
}

/** What an edit of an add-on depends on: that it is this one, its version and tags. EKS changes its status by itself. */
export function addonDigest({ arn, version, tags }: Addon): string {
  return digestOf({ arn, version, tags });
}

/** What an edit of a ServiceAccount depends on: labels and annotations. */
export function serviceAccountDigest({ labels, annotations }: ServiceAccount): string {
  return digestOf({ labels, annotations });
}
