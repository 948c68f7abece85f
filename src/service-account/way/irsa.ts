import { AUDIENCE_ANNOTATION } from "../../model/kubernetes-objects.ts";
import { annotatedRole } from "../../model/service-account-facts.ts";
import { associationPart } from "../create/association.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import type { ObservedServiceAccount } from "../create/observed.ts";
import { grantFor } from "../role/trust.ts";
import { writableGrant } from "../role/write-trust.ts";
import { audienceFor, writableAudience } from "../service-account/audience.ts";
import { webhookAnnotations } from "../service-account/changes.ts";
import { NOTHING, type Way } from "./way.ts";

/**
 * By the ServiceAccount's token: its annotations lead to the role, and the identity provider takes its tokens.
 * @throws Failure `empty-audience`, `provider-missing`, `audience-missing`, …
 */
export function irsaWay(desired: DesiredServiceAccount, observed: ObservedServiceAccount): Way {
  const { cluster } = observed.association;
  const found = observed.kubernetes?.serviceAccount;
  const audience = audienceFor(desired.serviceAccount, desired.audience, found);
  return {
    kind: "irsa",
    audience: audience.value,
    groundwork: associationPart(desired, observed.association, audience),
    grants: {
      asIs: grantFor(cluster, desired.serviceAccount, audience.value),
      toWrite: () => writableGrant(cluster, desired.serviceAccount, writableAudience(audience)),
    },
    current: annotatedRole(found),
    assign: () => NOTHING,
    annotations: (role) => irsaAnnotations(desired, role, found?.annotations ?? {}),
  };
}

/** An audience annotation that is there must be set right even when the default is asked for. */
function irsaAnnotations(
  { audience }: DesiredServiceAccount,
  role: Parameters<Way["annotations"]>[0],
  found: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const overrides = audience !== undefined && AUDIENCE_ANNOTATION in found;
  return { ...webhookAnnotations(role, audience), ...(overrides && { [AUDIENCE_ANNOTATION]: audience }) };
}
