import { roleRef, type RoleArn } from "../../model/arn.ts";
import { roleChainText } from "../../model/role-chain-text.ts";
import { listText } from "../../model/list-text.ts";
import { administratorsAmong } from "../administrator-reasons.ts";
import { chainsOf } from "../chains/chains-of.ts";
import { lastOf, MOST_HOPS, type RoleChain } from "../chains/role-chains.ts";
import type { SessionPolicies } from "../chains/session-policies.ts";
import { isAssumable, sessionPoliciesOf, whoText } from "../is-assumable.ts";
import { namedIn } from "../access-paths.ts";
import { usedBy } from "../nodes/node-roles.ts";
import type { Audit, Found, Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

/** Administrator access behind other roles. */
export const roleChainAdministrator: Rule = {
  code: "role-chain-administrator",
  title: "pods or nodes can get administrator access through other roles",
  severity: "critical",
  why: `A role that may assume another has the permissions of both. Anyone who can run code with the first role controls the AWS account, although its own policies look harmless.`,
  finds: `Roles of ServiceAccounts and of nodes that are not administrators themselves, but can assume a role that is one, directly or through others (up to ${MOST_HOPS} in a row). Both sides are evaluated at every step: the trust policy of the role to be assumed, and the policies and permissions boundary of the one that assumes it. If that depends on something that is not known (an external ID that the caller must know, a policy that could not be read), or if the last role has a permissions boundary, the severity is high. Roles in other AWS accounts are followed by \`irsa graph\` over many AWS accounts alone, if they were read. Not followed are trust policies that name one session of a role. Organization policies are not evaluated. Pod Identity associations with a session policy that does not allow the first step are left out.`,
  remedies: `Remove \`sts:AssumeRole\` on the role from the policies of the first one, or name the roles that need it in the trust policy of the last one, in place of the AWS account.`,
  sources: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
  ],
  *find(audit) {
    const isAdministrator = administratorsAmong(audit.details, audit.policies);
    const { access, chained = access, details, policies } = audit;
    const ways = waysTo(audit);
    const sessionPolicies = (role: RoleArn): SessionPolicies => ways.get(role) ?? [];
    const chains = chainsOf([...ways.keys()], { access: chained, details, policies, sessionPolicies });
    for (const [role, all] of chains) {
      const dangerous = all.filter((one) => isAdministrator(lastOf(one)));
      if (dangerous.length > 0) yield foundOf(role, dangerous, audit);
    }
  },
};

/** The roles of ServiceAccounts, and of nodes from which pods may get them, with the session policies with which they do. */
function waysTo({ access, nodeRoles }: Pick<Audit, "access" | "nodeRoles">): Map<RoleArn, SessionPolicies> {
  const ways = new Map(
    access.roles.filter(isAssumable).map((one) => [one.role.arn, sessionPoliciesOf(one)] as const),
  );
  for (const [role, uses] of nodeRoles)
    if (uses.some(({ metadata }) => metadata !== "none")) ways.set(role, [undefined]);
  return ways;
}

function foundOf(role: RoleArn, chains: readonly RoleChain[], audit: Audit): Found {
  const isOpen = (chain: RoleChain): boolean =>
    chain.verdict === "allow" && audit.details.get(lastOf(chain))?.boundary === undefined;
  const access = audit.access.roles.find((one) => one.role.arn === role);
  const uses = audit.nodeRoles.get(role) ?? [];
  const isOfPods = access !== undefined && isAssumable(access);
  const keys = [...new Set(chains.flatMap(({ unknownKeys }) => unknownKeys))].toSorted();
  const isCertain = chains.some(({ verdict }) => verdict === "allow");
  const last = [...new Set(chains.map(lastOf))].map((arn) => roleRef(arn).name);
  return {
    subject: aboutRole(role),
    severity: chains.some(isOpen) ? "critical" : "high",
    message: `${roleRef(role).name} ${isCertain ? "can" : "may be able to"} assume ${listText(last, 3)}, which has administrator access`,
    evidence: [
      ...chains.slice(0, SHOWN).map(({ roles, verdict }) => {
        const path = roleChainText(roles);
        return ["chain", verdict === "allow" ? path : `${path} (depends on what is not known)`] as const;
      }),
      ...(chains.length > SHOWN ? [["more chains", `${chains.length - SHOWN}`] as const] : []),
      ...(keys.length === 0 ? [] : [["not known", listText(keys)] as const]),
      ...(isOfPods ? [["assumed by", whoText(access)] as const] : []),
      ...usedBy(uses),
    ],
    remedy: {
      kind: "advice",
      text: "Remove sts:AssumeRole on that role from its policies, or restrict the trust policy of that role",
    },
    namespaces:
      access === undefined
        ? []
        : [...new Set(access.byCluster.flatMap(namedIn).map(({ candidate }) => candidate.ref.namespace))],
  };
}

/** How many chains of a role are shown one by one. */
const SHOWN = 5;
