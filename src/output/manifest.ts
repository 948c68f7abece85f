import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { TextBlock } from "./text-block.ts";
import { yaml } from "./yaml.ts";

/** The manifest of a ServiceAccount with its role's annotations, if it needs any, as YAML for a repository. */
export function serviceAccountManifest(
  serviceAccount: ServiceAccountRef,
  annotations: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): TextBlock {
  const metadata = {
    namespace: serviceAccount.namespace,
    name: serviceAccount.name,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
  return yaml({ apiVersion: "v1", kind: "ServiceAccount", metadata });
}
