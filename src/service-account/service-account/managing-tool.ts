import { fieldManagerOf, type FieldManager } from "../../model/field-manager.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";

/** Who else keeps a ServiceAccount as it is, and where to change it instead. */
export interface ManagingTool {
  readonly name: string;
  readonly instead: string;
}

/** Where the annotation belongs that each system would write over. */
const INSTEAD: Readonly<Record<FieldManager["system"], string>> = {
  flux: "in the repository that Flux applies",
  "argo-cd": "in the repository that Argo CD syncs",
  helm: "in the chart's values, usually serviceAccount.annotations",
  "eks-add-on": "with aws eks update-addon --service-account-role-arn",
  operator: "in the object that controls it",
  terraform: "in its Terraform configuration",
  pulumi: "in its Pulumi program",
  crossplane: "in the object from which Crossplane makes it",
};

/** The system that made the ServiceAccount and would write it again; `undefined` if none can be told. */
export function managingToolOf(serviceAccount: ServiceAccount): ManagingTool | undefined {
  const manager = fieldManagerOf(serviceAccount);
  return manager && { name: manager.name, instead: INSTEAD[manager.system] };
}
