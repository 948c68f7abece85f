/** What tells who keeps an object of the cluster. */
export interface Kept {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The field managers named in `metadata.managedFields`. */
  readonly managers: readonly string[];
  /** The object that controls it by its owner reference. */
  readonly controller?: { readonly kind: string; readonly name: string };
}

/** A system that made an object and would write it again. */
export interface FieldManager {
  readonly system:
    | "flux"
    | "argo-cd"
    | "helm"
    | "eks-add-on"
    | "operator"
    | "terraform"
    | "pulumi"
    | "crossplane";
  /** As people call it, as `Helm (release agent)`. */
  readonly name: string;
}

/**
 * Who would undo a change of the object; `undefined` if none can be told. Sources: Helm, Argo CD ("Resource
 * Tracking"), Flux (labels of kustomize- and helm-controller), EKS add-ons (field manager `eks`), Kubernetes ("Owners
 * and Dependents"); the field managers of Terraform's and Pulumi's Kubernetes providers and of Crossplane's provider-kubernetes.
 */
export function fieldManagerOf({
  labels,
  annotations,
  managers,
  controller,
}: Kept): FieldManager | undefined {
  if (controller !== undefined)
    return { system: "operator", name: `${controller.kind.toLowerCase()}/${controller.name}` };
  const flux = labels["kustomize.toolkit.fluxcd.io/name"] ?? labels["helm.toolkit.fluxcd.io/name"];
  if (flux !== undefined) return { system: "flux", name: `Flux (${flux})` };
  const argo =
    annotations["argocd.argoproj.io/tracking-id"]?.split(":")[0] ?? labels["argocd.argoproj.io/instance"];
  if (argo !== undefined) return { system: "argo-cd", name: `Argo CD (${argo})` };
  const release = annotations["meta.helm.sh/release-name"];
  if (release !== undefined || labels["app.kubernetes.io/managed-by"] === "Helm")
    return { system: "helm", name: release === undefined ? "Helm" : `Helm (release ${release})` };
  if (managers.includes("eks")) return { system: "eks-add-on", name: "an EKS add-on" };
  return ENGINES.find(({ manager }) => managers.some((one) => manager.test(one)))?.is;
}

const ENGINES: readonly { readonly manager: RegExp; readonly is: FieldManager }[] = [
  { manager: /^(HashiCorp|Terraform)$/, is: { system: "terraform", name: "Terraform" } },
  { manager: /^pulumi-kubernetes/, is: { system: "pulumi", name: "Pulumi" } },
  { manager: /^crossplane-kubernetes-provider$/, is: { system: "crossplane", name: "Crossplane" } },
];
