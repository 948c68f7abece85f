import type { AccessEntry } from "./access-entry.ts";
import { DEFAULT_VERSION } from "./eks/cluster-versions.ts";
import { newSessionKey, newUserKey, uniqueId } from "./key-store.ts";
import type { AccessKey } from "./principals.ts";
import { sessionPrincipal } from "./sts.ts";
import type { StateStore } from "./state-store.ts";
import { at, type AddonState, type ClusterState, type Tags } from "./state.ts";

/** An account and region in which something is made. */
export interface Place {
  readonly store: StateStore;
  readonly awsAccount: string;
  readonly region: string;
}

/** A cluster to be told of by DescribeCluster. */
export interface ClusterDeclaration {
  readonly name: string;
  readonly endpoint: string;
  readonly caPem: string;
  readonly issuer?: string;
  readonly version?: string;
  readonly status?: string;
  readonly autoMode?: boolean;
  readonly tags?: Tags;
  readonly accessEntries?: readonly AccessEntry[];
  readonly addons?: readonly AddonState[];
}

/** Makes a cluster known, or changes what is known of it; its associations stay, and its add-ons unless others are declared. */
export function declareCluster(
  { store, awsAccount, region }: Place,
  declared: ClusterDeclaration,
): ClusterState {
  const {
    name,
    endpoint,
    caPem,
    issuer,
    version = DEFAULT_VERSION,
    status = "ACTIVE",
    autoMode = false,
  } = declared;
  return store.write(awsAccount, (draft) => {
    const key = `${region}/${name}`;
    const known = at(draft.clusters, key);
    const cluster: ClusterState = {
      name,
      arn: `arn:${draft.partition}:eks:${region}:${awsAccount}:cluster/${name}`,
      region,
      created: known?.created ?? new Date().toISOString(),
      endpoint,
      caPem,
      issuer,
      version,
      status,
      autoMode,
      tags: declared.tags ?? {},
      accessEntries: declared.accessEntries ?? [],
      associations: known?.associations ?? {},
      addons:
        declared.addons === undefined
          ? (known?.addons ?? {})
          : Object.fromEntries(declared.addons.map((addon) => [addon.name, addon])),
    };
    draft.clusters[key] = cluster;
    return cluster;
  });
}

/** A new IAM user with an access key. */
export function createUser({ store, awsAccount }: Omit<Place, "region">, name: string): AccessKey {
  const arn = `arn:${store.read(awsAccount).partition}:iam::${awsAccount}:user/${name}`;
  const key = newUserKey({ arn, awsAccount, userId: uniqueId("AIDA") });
  store.add(key);
  return key;
}

/** Credentials of a session of a role, which need not exist. @param seconds how long they are good for */
export function createSession(
  { store, awsAccount }: Omit<Place, "region">,
  role: string,
  session: string,
  seconds: number,
): AccessKey {
  const arn = `arn:${store.read(awsAccount).partition}:iam::${awsAccount}:role/${role}`;
  const key = newSessionKey(
    sessionPrincipal({ arn, roleId: uniqueId("AROA") }, session),
    seconds,
    Date.now(),
  );
  store.add(key);
  return key;
}
