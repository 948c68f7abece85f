import type { KubernetesPort } from "../kubernetes/port.ts";
import type { ProviderArn } from "../model/arn.ts";
import { once } from "../model/once.ts";
import type { NamespaceName } from "../model/service-account-ref.ts";
import { seen } from "./seen.ts";
import type { Sources } from "./sources.ts";

/** The same sources with the reads that many chains have in common made once. */
export function shareReads(sources: Sources): Sources {
  const { aws, kubernetes } = sources;
  const { iam } = aws;
  const getProvider = once((arn: ProviderArn) => iam.getProvider(arn));
  const listProviders = once(() => iam.listProviders());
  const getRole = once((name: string) => iam.getRole(name));
  return {
    ...sources,
    aws: { ...aws, iam: { ...iam, getProvider, listProviders, getRole } },
    kubernetes: kubernetes.state === "seen" ? seen(shareApi(kubernetes.value)) : kubernetes,
  };
}

function shareApi(api: KubernetesPort): KubernetesPort {
  return {
    ...api,
    getNamespace: once((name: NamespaceName) => api.getNamespace(name)),
    getWebhook: once((name: string) => api.getWebhook(name)),
  };
}
