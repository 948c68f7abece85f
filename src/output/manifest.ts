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

/** An object as YAML that readers of YAML 1.1 understand too: there `yes`, `on` and the like need quotes. */
export function yamlText(value: object): string {
  return stringify(value, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
}
