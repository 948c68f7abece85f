import type { Engine } from "../engine.ts";
import { coreManifests, manifestsText } from "../manifest.ts";

/** ServiceAccounts alone, for what applies manifests: kubectl, Argo CD, Flux. */
export const manifests: Engine = {
  label: "Kubernetes",
  kinds: ["namespace", "serviceAccount"],
  // What the API server is given, it changes.
  changesExisting: ["namespace", "serviceAccount"],
  cannot: () => [],
  write: (model) => manifestsText(coreManifests(model)),
};
