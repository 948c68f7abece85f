import { stringify } from "yaml";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";

/** The manifest of an annotated ServiceAccount, as YAML for a repository. */
export function accountManifest(
  account: ServiceAccountRef,
  annotations: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): string {
  const metadata = {
    namespace: account.namespace,
    name: account.name,
    ...(Object.keys(labels).length > 0 && { labels }),
    annotations,
  };
  return stringify({ apiVersion: "v1", kind: "ServiceAccount", metadata }, { lineWidth: 0 }).trimEnd();
}
