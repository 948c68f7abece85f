import type { AwsPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { PolicyArn, ProviderArn } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { isFailure, type Failure } from "../../model/failure.ts";
import { memoized } from "../../model/memoized.ts";
import { observeAssociation, type ObservedAssociation } from "../../oidc-association/observe.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import { observeServiceAccount } from "../create/observe.ts";
import { namedPolicies, observePolicies } from "../create/observe-policies.ts";
import type { ObservedServiceAccount } from "../create/observed.ts";
import { roleFinder } from "../role/roles-behind.ts";
import { MANY_ROLES, rolesListed } from "../role/roles-listed.ts";
import { readsOfMany } from "./service-accounts-listed.ts";

/** How many ServiceAccounts are looked at side by side: each is some calls, and IAM throttles at some tens a second. */
const AT_ONCE = 8;

/** What was found of one ServiceAccount of many, or why it can't be known. */
export type Observation = { readonly desired: DesiredServiceAccount } & (
  | { readonly observed: ObservedServiceAccount }
  | { readonly failure: Failure }
);

/** What was found of many ServiceAccounts, and of the provider that they share. */
export interface ObservedFleet {
  readonly association: ObservedAssociation;
  readonly observations: readonly Observation[];
}

/**
 * Observes many ServiceAccounts; what they share is read once. One that can't be read does not stop the others.
 * @throws Failure when the cluster's provider can't be read: nothing can be planned then
 */
export async function observeServiceAccounts(
  desires: readonly DesiredServiceAccount[],
  cluster: ClusterWithIssuer,
  ports: { readonly aws: AwsPort; readonly kubernetes: KubernetesPort | undefined },
  onDone: (done: number) => void,
): Promise<ObservedFleet> {
  const shared = sharedAws(ports.aws);
  const kubernetes =
    ports.kubernetes &&
    readsOfMany(
      ports.kubernetes,
      desires.filter(({ roleOnly }) => !roleOnly).map(({ serviceAccount }) => serviceAccount),
    );
  const [association, roles] = await Promise.all([
    desires.every(needsNoProvider) && desires.length > 0
      ? { cluster, provider: undefined, lookalikes: [] }
      : observeAssociation(shared.iam, cluster),
    desires.length < MANY_ROLES ? shared.iam : rolesListed(shared.iam),
  ]);
  const aws = { ...shared, iam: { ...shared.iam, ...roles } };
  const finder = roleFinder(shared.iam, cluster);
  let done = 0;
  const observations = await mapConcurrent(desires, AT_ONCE, async (desired): Promise<Observation> => {
    try {
      const policies = observePolicies(aws.iam, namedPolicies(desired));
      const api = desired.roleOnly ? undefined : kubernetes;
      return {
        desired,
        observed: await observeServiceAccount(desired, cluster, { aws, kubernetes: api, policies, finder }),
      };
    } catch (error) {
      if (!isFailure(error)) throw error;
      return { desired, failure: error };
    } finally {
      onDone((done += 1));
    }
  });
  return { association, observations };
}

function needsNoProvider({ podIdentity, associate }: DesiredServiceAccount): boolean {
  return podIdentity !== undefined && !associate;
}

function sharedAws(aws: AwsPort): AwsPort {
  const { iam } = aws;
  return {
    ...aws,
    iam: {
      ...iam,
      getProvider: memoized((arn: ProviderArn) => iam.getProvider(arn)),
      listRoles: memoized(() => iam.listRoles()),
      listProviders: memoized(() => iam.listProviders()),
      getPolicyVersionId: memoized((arn: PolicyArn) => iam.getPolicyVersionId(arn)),
      getPolicyDocument: memoized((arn: PolicyArn, version: string) => iam.getPolicyDocument(arn, version)),
    },
  };
}
