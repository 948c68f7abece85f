import type { ServiceAccountRef } from "../model/service-account-ref.ts";

/** The path of a ServiceAccount in the API. */
export function serviceAccountUrl(ref: ServiceAccountRef): string {
  return `/api/v1/namespaces/${ref.namespace}/serviceaccounts/${ref.name}`;
}
