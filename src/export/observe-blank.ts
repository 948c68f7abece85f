import type { AwsPort } from "../aws/port.ts";
import type { PolicyArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { isFailure } from "../model/failure.ts";
import { providerArn } from "../model/issuer.ts";
import { known } from "../model/known.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { memoized } from "../model/memoized.ts";
import type { ObservedAssociation } from "../oidc-association/observe.ts";
import type { DesiredServiceAccount } from "../service-account/create/desired.ts";
import { observeServiceAccount } from "../service-account/create/observe.ts";
import { namedPolicies, observePolicies } from "../service-account/create/observe-policies.ts";
import type { ObservedServiceAccount } from "../service-account/create/observed.ts";
import type { Observation, ObservedFleet } from "../service-account/fleet/observe.ts";
import { readTargetRole } from "../service-account/role/target-role.ts";

const AT_ONCE = 8;

/**
 * Observes what an export of a file must know, and nothing that it creates: whether policies exist and grant administrator
 * access, roles that are used as they are, and the provider where the file does not ask for it. What the file asks for counts
 * as absent, so that the text is the same before and after an engine has applied it.
 */
export async function observeBlank(
  desires: readonly DesiredServiceAccount[],
  cluster: ClusterWithIssuer,
  aws: AwsPort,
): Promise<ObservedFleet> {
  const shared = sharedReads(aws);
  const needsProvider = desires.some(({ podIdentity, associate }) => podIdentity === undefined && !associate);
  const blank: ObservedAssociation = { cluster, provider: undefined, lookalikes: [] };
  const arn = providerArn(cluster, cluster.issuer);
  const association = needsProvider ? { ...blank, provider: await shared.iam.getProvider(arn) } : blank;
  const observations = await mapConcurrent(desires, AT_ONCE, async (desired): Promise<Observation> => {
    try {
      const existing = desired.associate ? blank : association;
      return { desired, observed: await observeOne(desired, cluster, shared, existing) };
    } catch (error) {
      if (!isFailure(error)) throw error;
      return { desired, failure: error };
    }
  });
  return { association: blank, observations };
}

async function observeOne(
  desired: DesiredServiceAccount,
  cluster: ClusterWithIssuer,
  aws: AwsPort,
  association: ObservedAssociation,
): Promise<ObservedServiceAccount> {
  const reading = observePolicies(aws.iam, namedPolicies(desired));
  const [policies, givenTarget, existing] = await Promise.all([
    reading,
    readTargetRole(desired.podIdentity?.targetRole, cluster, aws.iam),
    desired.role.kind === "existing"
      ? observeServiceAccount(desired, cluster, {
          aws: withProvider(aws, association),
          kubernetes: undefined,
          policies: reading,
        })
      : undefined,
  ]);
  return {
    association,
    podIdentity: desired.podIdentity && { association: undefined },
    kubernetes: desired.roleOnly
      ? undefined
      : {
          namespaceExists: false,
          serviceAccount: undefined,
          may: { "create namespaces": known(true), "create serviceaccounts": known(true) },
        },
    named: existing?.named,
    annotated: undefined,
    behind: known([]),
    policies,
    givenTarget,
  };
}

/** With the provider that is known already, and without similar ones: an export has no note on those. */
function withProvider(aws: AwsPort, { provider }: ObservedAssociation): AwsPort {
  return { ...aws, iam: { ...aws.iam, getProvider: async () => provider, listProviders: async () => [] } };
}

function sharedReads(aws: AwsPort): AwsPort {
  const { iam } = aws;
  return {
    ...aws,
    iam: {
      ...iam,
      getPolicyVersionId: memoized((arn: PolicyArn) => iam.getPolicyVersionId(arn)),
      getPolicyDocument: memoized((arn: PolicyArn, version: string) => iam.getPolicyDocument(arn, version)),
    },
  };
}
