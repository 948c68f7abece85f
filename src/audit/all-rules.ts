import { serviceAccountGone } from "./rules/account-gone.ts";
import { administrator } from "./rules/administrator.ts";
import { agentNotPermitted } from "./rules/agent-not-permitted.ts";
import { annotationRefused } from "./rules/annotation-refused.ts";
import { apiAudience } from "./rules/api-audience.ts";
import { associationAddonGone } from "./rules/association-addon-gone.ts";
import { associationOrphaned } from "./rules/association-orphaned.ts";
import { associationRefused } from "./rules/association-refused.ts";
import { associationWithoutAgent } from "./rules/association-without-agent.ts";
import { audMissing } from "./rules/aud-missing.ts";
import { audienceNotTaken } from "./rules/audience-not-taken.ts";
import { defaultServiceAccount } from "./rules/default-account.ts";
import { deletedIssuer } from "./rules/deleted-issuer.ts";
import { foreignKeys } from "./rules/foreign-keys.ts";
import { missingServiceAccount } from "./rules/missing-account.ts";
import { neverAnnotated } from "./rules/never-annotated.ts";
import { nodeRoleAdministrator } from "./rules/node-role-administrator.ts";
import { nodeRoleBeyondBaseline } from "./rules/node-role-beyond-baseline.ts";
import { nodeRoleReachable } from "./rules/node-role-reachable.ts";
import { noWorkload } from "./rules/no-workload.ts";
import { otherWayOpen } from "./rules/other-way-open.ts";
import { podIdentityAnyCluster } from "./rules/pod-identity-any-cluster.ts";
import { podIdentityShadows } from "./rules/pod-identity-shadows.ts";
import { podsOnNodeRole } from "./rules/pods-on-node-role.ts";
import { providerMissing } from "./rules/provider-missing.ts";
import { providerOrphaned } from "./rules/provider-orphaned.ts";
import { roleChainAdministrator } from "./rules/role-chain-administrator.ts";
import { roleGone } from "./rules/role-gone.ts";
import { roleUnused } from "./rules/role-unused.ts";
import { sharedAcrossNamespaces } from "./rules/shared-across-namespaces.ts";
import { stalePods } from "./rules/stale-pods.ts";
import { staticKeys } from "./rules/static-keys.ts";
import { subMissing } from "./rules/sub-missing.ts";
import { subWildcard } from "./rules/sub-wildcard.ts";
import { wildcardWithoutLike } from "./rules/wildcard-without-like.ts";
import type { Rule } from "./rule.ts";

/** Every rule, by code. */
export const RULES: readonly Rule[] = [
  serviceAccountGone,
  administrator,
  agentNotPermitted,
  annotationRefused,
  apiAudience,
  associationAddonGone,
  associationOrphaned,
  associationRefused,
  associationWithoutAgent,
  audMissing,
  audienceNotTaken,
  defaultServiceAccount,
  deletedIssuer,
  foreignKeys,
  missingServiceAccount,
  neverAnnotated,
  nodeRoleAdministrator,
  nodeRoleBeyondBaseline,
  nodeRoleReachable,
  noWorkload,
  otherWayOpen,
  podIdentityAnyCluster,
  podIdentityShadows,
  podsOnNodeRole,
  providerMissing,
  providerOrphaned,
  roleChainAdministrator,
  roleGone,
  roleUnused,
  sharedAcrossNamespaces,
  stalePods,
  staticKeys,
  subMissing,
  subWildcard,
  wildcardWithoutLike,
];

/** The rules that an audit looks at. @param codes empty for all */
export function rulesOf(codes: readonly string[]): readonly Rule[] {
  return RULES.filter(({ code }) => codes.length === 0 || codes.includes(code));
}
