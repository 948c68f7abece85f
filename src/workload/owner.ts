import { fieldManagerOf, type FieldManager } from "../model/field-manager.ts";
import type { Workload } from "../model/kubernetes-objects.ts";

/** Where the ServiceAccount belongs that each system would write over. */
const INSTEAD: Readonly<Record<FieldManager["system"], string>> = {
  flux: "Set it in the repository that Flux applies: irsa use-sa -f rewrites manifests",
  "argo-cd": "Set it in the repository that Argo CD syncs: irsa use-sa -f rewrites manifests",
  helm: "Set it in the chart's values, usually serviceAccount.name (with serviceAccount.create: false)",
  "eks-add-on": "Set it with aws eks update-addon --configuration-values, if the add-on supports it",
  operator: "Set it in that object, if its kind has a field for it",
  terraform: "Set it in its Terraform configuration: service_account_name",
  pulumi: "Set it in its Pulumi program: serviceAccountName",
  crossplane: "Set it in the object from which Crossplane makes it",
};

/** Who would write the workload again, and where to set its ServiceAccount instead; `undefined` if none can be told. */
export function workloadOwner(workload: Workload): { name: string; instead: string } | undefined {
  const manager = fieldManagerOf(workload);
  return manager && { name: manager.name, instead: INSTEAD[manager.system] };
}
