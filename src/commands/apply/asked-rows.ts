import type { OrganizationPolicy } from "../../config/organization.ts";
import { withinOrganization } from "../../config/within-organization.ts";
import { isFailure } from "../../model/failure.ts";
import type { AskedAssociation } from "../../model/pod-identity-change.ts";
import type { WayName } from "../../model/way.ts";
import type { DesiredServiceAccount } from "../../service-account/create/desired.ts";
import type { Observation } from "../../service-account/fleet/observe.ts";

/** What is desired, completed by the organization policy, and what violates it. */
export function ruled(asks: readonly DesiredServiceAccount[], organization: OrganizationPolicy | undefined) {
  const desires: DesiredServiceAccount[] = [];
  const refused: Observation[] = [];
  for (const desired of asks) {
    try {
      desires.push(withinOrganization(desired, organization));
    } catch (error) {
      if (!isFailure(error)) throw error;
      refused.push({ desired, failure: error });
    }
  }
  return { desires, refused };
}

/** True for an entry of the file that gets its role this way; all do, unless one is asked for. */
export function isOfWay(podIdentity: AskedAssociation | undefined, way: WayName | undefined): boolean {
  return way === undefined || (way === "pod-identity") === (podIdentity !== undefined);
}
