import type { Role, Tags } from "../model/iam-objects.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { taggedServiceAccount, OUR_NAME, TAG } from "../model/ownership-tags.ts";
import { subjectOf } from "../model/service-account-ref.ts";
import { providersAdmitting } from "../service-account/role/trust.ts";
import type { Move } from "./move.ts";

/**
 * What is done with a role's ownership tags: they `follow` to the new cluster with these tags; they `stay` because the
 * old cluster still has the role, or another has it; `unknown-cluster`: they would follow, but only the new issuer's
 * URL is known; `none`: the role has none.
 */
export type TagsFate =
  | { readonly kind: "follow"; readonly setTags: Tags }
  | { readonly kind: "stay" | "unknown-cluster" | "none" };

/**
 * Decides whether a role managed by irsa belongs to the new cluster from now on (docs/decisions/0012-moved-trust.md):
 * if it belonged to the old one, which no longer has it. Of a deleted cluster only the issuer is known: the role
 * belonged to it if it allowed the tagged ServiceAccount by that issuer, and by no other except the new one.
 */
export function tagsAfter(role: Role, move: Move): TagsFate {
  if (role.tags[TAG.managedBy] !== OUR_NAME) return { kind: "none" };
  const owner = role.tags[TAG.clusterArn];
  const { from, to, way } = move;
  if (way === "beside" || owner === to.cluster?.arn) return { kind: "stay" };
  const wasOlds = from.cluster === undefined ? wasOfIssuer(role, move) : owner === from.cluster.arn;
  if (!wasOlds) return { kind: "stay" };
  if (to.cluster === undefined) return { kind: "unknown-cluster" };
  return { kind: "follow", setTags: { [TAG.clusterArn]: to.cluster.arn } };
}

function wasOfIssuer(role: Role, { from, to }: Move): boolean {
  const serviceAccount = taggedServiceAccount(role);
  if (serviceAccount === undefined) return false;
  const admitting = providersAdmitting(role.trust, subjectOf(serviceAccount), DEFAULT_AUDIENCE);
  return (
    admitting.includes(from.provider) && admitting.every((one) => [from.provider, to.provider].includes(one))
  );
}
