import { GetAccountAuthorizationDetailsCommand, type IAMClient, type RoleDetail } from "@aws-sdk/client-iam";
import type { JSONWebKeySet } from "jose";
import {
  StateStore,
  declareCluster,
  eksAuthBackend,
  eksBackend,
  type AccessKey,
  type KeyRing,
  type AddonEvent,
  type AwsAccountState,
  type AwsRequest,
  type Backend,
  type PodIdentity,
  type RoleState,
} from "irsa-sandbox/parts";
import type { ClusterFacts } from "../aws-world.ts";

/** What EKS does in the cluster, and asks it. */
export interface ClusterHooks {
  /** Makes or removes what an add-on has in the cluster. */
  readonly onAddon: (event: AddonEvent, configurationValues: string | undefined) => Promise<void>;
  /** True if the cluster still has the pod of a token, and its ServiceAccount. */
  readonly podExists: (identity: PodIdentity) => Promise<boolean>;
}

/** What the Pod Identity beside moto stands on. */
export interface PodIdentityOptions {
  readonly iam: IAMClient;
  readonly awsAccount: string;
  readonly region: string;
  readonly keys: Iterable<AccessKey>;
  /** Those of sessions, which STS issues later. */
  readonly sessions: KeyRing;
  readonly jwks: (issuer: string) => Promise<JSONWebKeySet | undefined>;
  readonly hooks: ClusterHooks;
}

/** EKS's associations and add-ons, and EKS Auth, beside moto. */
export interface PodIdentityBeside {
  /** Those of the requests that are about them; the others go to `rest`. */
  readonly before: (rest: Backend) => Backend;
  readonly declare: (name: string, facts: ClusterFacts) => void;
  readonly hasAssociation: (namespace: string, serviceAccount: string) => boolean;
}

/**
 * moto has no associations, no add-ons and no EKS Auth: they are the sandbox's own, over the roles that moto has at that
 * moment. What IAM itself says and writes stays moto's.
 */
export function podIdentityBeside(options: PodIdentityOptions): PodIdentityBeside {
  const { iam, awsAccount, region, jwks, hooks } = options;
  const store = new StateStore();
  for (const key of options.keys) store.add(key);
  const place = { store, awsAccount, region };
  const clusters = () => Object.values(store.read(awsAccount).clusters);
  const eks = eksBackend({
    store,
    onAddon: async (event) => {
      const addons = clusters().find(({ arn }) => arn === event.clusterArn)?.addons ?? {};
      await hooks.onAddon(event, addons[event.name]?.configurationValues);
    },
  });
  const eksAuth = eksAuthBackend({ store, jwks, podExists: async (_cluster, one) => hooks.podExists(one) });
  return {
    before: (rest) => async (request) => {
      if (!isOurs(request)) return rest(request);
      const key = options.sessions(request.accessKeyId ?? "");
      if (key !== undefined) store.add(key);
      await mirrorRoles(iam, place);
      return request.service === "eks-auth" ? eksAuth(request) : eks(request);
    },
    declare(name, { jwks: _keys, ...facts }) {
      declareCluster(place, { name, ...facts });
    },
    hasAssociation: (namespace, serviceAccount) =>
      clusters().some(({ associations }) =>
        Object.values(associations).some(
          (one) => one.namespace === namespace && one.serviceAccount === serviceAccount,
        ),
      ),
  };
}

function isOurs({ service, action, parameters }: AwsRequest): boolean {
  if (service !== "eks") return service === "eks-auth";
  const { resourceArn } = parameters;
  return (
    /PodIdentityAssociation|Addon/.test(action) ||
    (typeof resourceArn === "string" && /:(podidentityassociation|addon)\//.test(resourceArn))
  );
}

/** Copies the roles and managed policies of moto into the store. */
async function mirrorRoles(
  iam: IAMClient,
  { store, awsAccount }: { readonly store: StateStore; readonly awsAccount: string },
): Promise<void> {
  const Filter = ["Role" as const, "LocalManagedPolicy" as const];
  const { RoleDetailList = [], Policies = [] } = await iam.send(
    new GetAccountAuthorizationDetailsCommand({ Filter, MaxItems: 1000 }),
  );
  store.write(awsAccount, ({ roles, policies }: AwsAccountState) => {
    for (const name of Object.keys(roles)) delete roles[name];
    for (const role of RoleDetailList) roles[(role.RoleName ?? "").toLowerCase()] = roleState(role);
    for (const arn of Object.keys(policies)) delete policies[arn];
    for (const { Arn = "", PolicyId = "", PolicyName = "", Path = "/", ...rest } of Policies) {
      const version = rest.PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion === true);
      const document = decodeURIComponent(version?.Document ?? "");
      const names = { arn: Arn, id: PolicyId, name: PolicyName, path: Path };
      policies[Arn] = { ...names, created: "", description: undefined, document, tags: {} };
    }
  });
}

function roleState({ Arn = "", RoleId = "", RoleName = "", Path = "/", ...rest }: RoleDetail): RoleState {
  const {
    AssumeRolePolicyDocument = "",
    RolePolicyList = [],
    AttachedManagedPolicies = [],
    Tags = [],
  } = rest;
  return {
    arn: Arn,
    id: RoleId,
    name: RoleName,
    path: Path,
    created: rest.CreateDate?.toISOString() ?? "",
    description: undefined,
    trust: decodeURIComponent(AssumeRolePolicyDocument),
    maxSessionDuration: 3600,
    boundary: rest.PermissionsBoundary?.PermissionsBoundaryArn,
    tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    attached: AttachedManagedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []),
    inline: Object.fromEntries(
      RolePolicyList.map(({ PolicyName = "", PolicyDocument = "" }) => [
        PolicyName,
        decodeURIComponent(PolicyDocument),
      ]),
    ),
  };
}
