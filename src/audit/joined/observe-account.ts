import type { AwsPort } from "../../aws/port.ts";
import { splitArn, type ProviderArn } from "../../model/arn.ts";
import type { Provider } from "../../model/iam-objects.ts";
import { providerArn } from "../../model/issuer.ts";
import type { Known } from "../../model/known.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { providersIn } from "../../model/trust-policy/providers-in.ts";
import type { TrustStatement } from "../../model/trust-policy/read.ts";
import type { RoleAccess } from "../access-index.ts";
import { attempting } from "../attempt.ts";
import type { ClusterSource } from "../observe-cluster.ts";
import { observe, type Observed } from "../observe.ts";

/** How many identity providers are read at the same time. */
const AT_ONCE = 8;

/** What was observed in one AWS account of several, to be judged together. */
export interface ObservedAccount {
  readonly awsAccount: string;
  readonly observed: Observed;
  /** The identity providers that roles trust and that are of no cluster in this AWS account. */
  readonly otherProviders: ReadonlyMap<ProviderArn, Known<Provider | undefined>>;
}

/** Reads an AWS account, and in it also what clusters of other AWS accounts may have to do with: which, is not known yet. */
export async function observeAccount(
  aws: Pick<AwsPort, "iam">,
  awsAccount: string,
  sources: readonly ClusterSource[],
  now: Date,
): Promise<ObservedAccount> {
  const own = new Set(sources.map(({ cluster }) => providerArn(cluster, cluster.issuer)));
  const others = ({ trust }: Pick<RoleAccess, "trust">): readonly ProviderArn[] =>
    providersIn(trust).filter((arn) => !own.has(arn));
  const observed = await observe(
    aws,
    sources,
    now,
    (role) => others(role).length > 0 || trustsOtherAccounts(role.trust, awsAccount),
  );
  const gaps = [...observed.inventory.gaps];
  const attempt = attempting(gaps);
  const trusted = [...new Set(observed.access.roles.flatMap(others))].toSorted();
  const read = await mapConcurrent(trusted, AT_ONCE, async (arn) => {
    const provider = await attempt(`identity provider ${arn}`, () => aws.iam.getProvider(arn));
    return [arn, provider] as const;
  });
  const inventory = { ...observed.inventory, gaps };
  return { awsAccount, observed: { ...observed, inventory }, otherProviders: new Map(read) };
}

/** True if a principal of another AWS account may be allowed, such as the role of an association with a target role. */
function trustsOtherAccounts(trust: readonly TrustStatement[], awsAccount: string): boolean {
  return trust.some(({ effect, principal: { negated, items } }) => {
    if (effect !== "Allow") return false;
    if (negated || items === "unreadable") return true;
    return items.some(
      ({ type, id }) => type === "*" || (type === "AWS" && (splitArn(id)?.awsAccount ?? id) !== awsAccount),
    );
  });
}
