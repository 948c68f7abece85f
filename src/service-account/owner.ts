import { keeperOf, type Keeper } from "../model/keeper.ts";
import type { ServiceAccount } from "../model/kubernetes-objects.ts";

/** Who else keeps a ServiceAccount as it is, and where to change it instead. */
export interface Owner {
  readonly name: string;
  readonly instead: string;
}

/** Where the annotation belongs that each system would write over. */
const INSTEAD: Readonly<Record<Keeper["system"], string>> = {
  flux: "in the repository that Flux applies",
  "argo-cd": "in the repository that Argo CD syncs",
  helm: "in the chart's values, as a rule serviceAccount.annotations",
  "eks-add-on": "with aws eks update-addon --service-account-role-arn",
  operator: "in the object that controls it",
};

/** The system that made the account and would write it anew; `undefined` if none can be told. */
export function ownerOf(account: ServiceAccount): Owner | undefined {
  const keeper = keeperOf(account);
  return keeper && { name: keeper.name, instead: INSTEAD[keeper.system] };
}
