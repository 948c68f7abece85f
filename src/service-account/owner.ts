import type { ServiceAccount } from "../model/kubernetes-objects.ts";

/** Who else keeps a ServiceAccount as it is, and where to change it instead. */
export interface Owner {
  readonly name: string;
  readonly instead: string;
}

/**
 * The system that made the account and would write it anew; `undefined` if none can be told.
 * Sources: Helm, Argo CD ("Resource Tracking"), Flux (labels of kustomize- and helm-controller) and EKS add-ons
 * (field manager `eks`).
 */
export function ownerOf(account: ServiceAccount): Owner | undefined {
  const { labels, annotations, managers } = account;
  const flux = labels["kustomize.toolkit.fluxcd.io/name"] ?? labels["helm.toolkit.fluxcd.io/name"];
  if (flux !== undefined) return { name: `Flux (${flux})`, instead: "in the repository that Flux applies" };
  const argo =
    annotations["argocd.argoproj.io/tracking-id"]?.split(":")[0] ?? labels["argocd.argoproj.io/instance"];
  if (argo !== undefined)
    return { name: `Argo CD (${argo})`, instead: "in the repository that Argo CD syncs" };
  const release = annotations["meta.helm.sh/release-name"];
  if (release !== undefined || labels["app.kubernetes.io/managed-by"] === "Helm") {
    const name = release === undefined ? "Helm" : `Helm (release ${release})`;
    return { name, instead: "in the chart's values, as a rule serviceAccount.annotations" };
  }
  if (managers.includes("eks")) {
    return { name: "an EKS add-on", instead: "with aws eks update-addon --service-account-role-arn" };
  }
  return undefined;
}
