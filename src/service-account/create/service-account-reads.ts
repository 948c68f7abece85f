import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { Namespace } from "../../model/kubernetes-objects.ts";
import type { NamespaceName } from "../../model/service-account-ref.ts";

/** What is read of the cluster for a ServiceAccount; of its namespace no more than that it is there. */
export interface ServiceAccountReads extends Pick<KubernetesPort, "getServiceAccount" | "may"> {
  getNamespace(name: NamespaceName): Promise<Pick<Namespace, "name"> | undefined>;
}
