import { Failure } from "../../model/failure.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import { AUDIENCE_ANNOTATION, type ServiceAccount } from "../../model/kubernetes-objects.ts";
import { audienceOf, hasEmptyAudience } from "../../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { AskedAudience } from "../../model/asked.ts";

/** The audience of a ServiceAccount's tokens, and who says so. */
export type ServiceAccountAudience =
  | { readonly from: "operator"; readonly value: AskedAudience }
  /** Whoever may annotate the ServiceAccount: it is judged by, and written nowhere. */
  | { readonly from: "annotation"; readonly value: string; readonly serviceAccount: ServiceAccountRef };

/**
 * The audience that was asked for; else the default, unless the ServiceAccount is annotated with another one: its tokens have
 * that by now.
 * @throws Failure `empty-audience`
 */
export function audienceFor(
  serviceAccount: ServiceAccountRef,
  asked: AskedAudience | undefined,
  found: ServiceAccount | undefined,
): ServiceAccountAudience {
  if (asked !== undefined) return { from: "operator", value: asked };
  if (hasEmptyAudience(found)) throw emptyAudience(serviceAccount);
  const annotated = audienceOf(found);
  return annotated === DEFAULT_AUDIENCE
    ? { from: "operator", value: DEFAULT_AUDIENCE }
    : { from: "annotation", value: annotated, serviceAccount };
}

/**
 * The audience, where it is to be written to IAM.
 * @throws Failure `audience-unasked` for one that an annotation alone asks for
 */
export function writableAudience(audience: ServiceAccountAudience): AskedAudience {
  if (audience.from === "operator") return audience.value;
  throw new Failure(
    "refused",
    "audience-unasked",
    `${serviceAccountPath(audience.serviceAccount)} is annotated with audience '${audience.value}', which was not requested`,
    {
      facts: [["annotation", AUDIENCE_ANNOTATION]],
      advice: `An annotation alone must not change what IAM accepts. Request it with --audience (in a file: metadata.annotations), or correct the annotation with --audience ${DEFAULT_AUDIENCE}`,
    },
  );
}

/** The refusal of a ServiceAccount whose pods get tokens that AWS is never to accept. */
export function emptyAudience(serviceAccount: ServiceAccountRef): Failure {
  return new Failure(
    "refused",
    "empty-audience",
    `the annotation ${AUDIENCE_ANNOTATION} of ${serviceAccountPath(serviceAccount)} is empty`,
    {
      advice: `Tokens are then issued for the API server. Remove the annotation, or correct it with irsa create-sa --audience ${DEFAULT_AUDIENCE}`,
    },
  );
}
