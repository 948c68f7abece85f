import type { PolicyArn, RoleArn } from "../../model/arn.ts";
import { isNodeBaseline } from "../../model/node-baseline.ts";
import type { Attempt } from "../attempt.ts";
import type { Gap } from "../inventory.ts";
import { detailsOf, documentsOf, managedOf, type IamOf } from "../observe-policies.ts";
import { chainsOf, type ChainFacts } from "./chains-of.ts";

/**
 * Reads what is needed to follow the chains of these roles: the policies of the roles that they lead to, until no more are found.
 * What can't be read is tried once.
 * @param gaps gets the roles whose chains are too many to be followed
 */
export async function observeChains(
  sources: readonly RoleArn[],
  facts: ChainFacts,
  iam: IamOf,
  attempt: Attempt,
  gaps: Gap[],
): Promise<Pick<ChainFacts, "details" | "policies">> {
  let { details, policies } = facts;
  const asked = new Set<RoleArn | PolicyArn>();
  for (;;) {
    const notFollowed: Gap[] = [];
    const found = chainsOf(sources, { ...facts, details, policies }, notFollowed);
    const chains = [...found.values()].flat();
    const roles = [...new Set(chains.flatMap((chain) => chain.roles))];
    const unread = roles.filter((arn) => !details.has(arn) && !asked.has(arn));
    const more = await detailsOf(unread, iam, attempt);
    details = new Map([...details, ...more]);
    const wanted = [...managedOf(roles, details)].filter(
      (arn) => !policies.has(arn) && !asked.has(arn) && !isNodeBaseline(arn),
    );
    policies = await documentsOf(new Set(wanted), policies, iam, attempt);
    if (unread.length + wanted.length === 0) {
      gaps.push(...notFollowed);
      return { details, policies };
    }
    for (const arn of [...unread, ...wanted]) asked.add(arn);
  }
}
