import { invalidValue } from "../admission/causes.ts";
import { mintToken } from "../auth/tokens.ts";
import type { Cluster } from "../cluster.ts";
import type { ServiceAccount, Pod } from "../model/kinds.ts";
import { timestamp, type KubeObject } from "../model/object.ts";
import { PODS, SECRETS } from "../model/resources.ts";
import { badRequest, conflict, invalid, notFound } from "../model/status.ts";
import type { Store } from "../store.ts";
import { readBody, writeOptions, type Call, type Reply } from "./call.ts";
import { findObject } from "./reads.ts";

/** Source: authentication.k8s.io/v1, TokenRequest. */
interface TokenRequest {
  readonly spec?: {
    readonly audiences?: readonly string[] | null;
    readonly expirationSeconds?: number | null;
    readonly boundObjectRef?: BoundObject | null;
  };
}

interface BoundObject {
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
}

const MINIMUM_SECONDS = 600;
const DEFAULT_SECONDS = 3600;

/** POST to `serviceaccounts/NAME/token`: a signed token of the ServiceAccount. @throws ApiError 400, 404, 409, 422. */
export async function requestToken(cluster: Cluster, call: Call): Promise<Reply> {
  const serviceAccount = findObject(cluster.store, call) as ServiceAccount;
  const { spec = {} } = readBody(call) as TokenRequest;
  const audiences =
    (spec.audiences ?? []).length > 0 ? (spec.audiences ?? []) : cluster.tokenIssuer.audiences.slice(0, 1);
  const asked = spec.expirationSeconds ?? DEFAULT_SECONDS;
  checkSeconds(asked);
  const seconds = Math.min(asked, cluster.maximumTokenSeconds);
  const boundTo = spec.boundObjectRef
    ? boundObject(cluster.store, serviceAccount, spec.boundObjectRef)
    : undefined;
  const token = await mintToken(cluster.tokenIssuer, {
    serviceAccount,
    audiences,
    seconds,
    ...(boundTo && { boundTo }),
  });
  const { name, namespace } = serviceAccount.metadata;
  const body = {
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { name, namespace, creationTimestamp: timestamp() },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec.boundObjectRef ?? null },
    status: {
      token: writeOptions(call).dryRun ? "" : token,
      expirationTimestamp: timestamp(new Date(Date.now() + seconds * 1000)),
    },
  };
  return { status: 201, body };
}

function checkSeconds(seconds: number): void {
  const field = "spec.expirationSeconds";
  const kind = { group: "authentication.k8s.io", kind: "TokenRequest" };
  if (seconds < MINIMUM_SECONDS) {
    const text = "may not specify a duration less than 10 minutes";
    throw invalid(kind, "", [invalidValue(field, seconds, text)]);
  }
  if (seconds > 2 ** 32) {
    const text = "may not specify a duration larger than 2^32 seconds";
    throw invalid(kind, "", [invalidValue(field, seconds, text)]);
  }
}

function boundObject(
  store: Store,
  serviceAccount: ServiceAccount,
  { kind, name = "", uid = "" }: BoundObject,
): KubeObject {
  const { namespace = "" } = serviceAccount.metadata;
  const resource = [PODS, SECRETS].find((candidate) => candidate.kind === kind);
  if (resource === undefined) throw badRequest(`cannot bind token to object of type ${kind ?? ""}`);
  const object: KubeObject | undefined = store.get<KubeObject>(resource, namespace, name);
  if (object === undefined) throw notFound(resource, name);
  if (uid !== "" && uid !== object.metadata.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict(resource, name, why);
  }
  if (resource === PODS && (object as Pod).spec.serviceAccountName !== serviceAccount.metadata.name) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(serviceAccount.metadata.name)} to pod running with different serviceaccount name.`,
    );
  }
  return object;
}
