import { valueOf } from "../../model/known.ts";
import { isApiAudience } from "../../model/api-audience.ts";
import { clientIdWords } from "../../model/client-id-words.ts";
import type { Rule } from "../rule.ts";
import { aboutProvider } from "../subjects.ts";

/** An OIDC provider that accepts tokens issued for the API server. */
export const apiAudience: Rule = {
  code: "api-audience",
  title: "an OIDC provider accepts tokens issued for the Kubernetes API server",
  severity: "high",
  why: `Every pod has a token for the API server, whether or not it needs AWS, and tools send it to any server in a kubeconfig. A role that does not require \`aud\` can then be assumed with any of these tokens.`,
  finds: `OIDC providers of the clusters whose audiences (client IDs) include one of the API server's: \`https://kubernetes.default.svc\` in any spelling, \`api\`, the issuer URL, or the cluster endpoint.`,
  remedies: `Find out which workloads need it (the rule aud-missing lists the roles that do not require an audience), then remove it from the provider.`,
  sources: [
    "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
  ],
  *find({ access }) {
    for (const { audited } of access.clusters) {
      const { cluster } = audited;
      const provider = valueOf(audited.provider);
      if (provider === undefined) continue;
      for (const audience of provider.clientIds.filter((id) => isApiAudience(id, cluster)))
        yield {
          subject: aboutProvider(provider.arn),
          message: `the OIDC provider of ${cluster.name} accepts audience '${audience}', which is the API server's`,
          evidence: [["accepts", provider.clientIds.toSorted().join(", ")]],
          remedy: {
            kind: "command",
            command: clientIdWords("remove-client-id-from", provider.arn, audience),
          },
          about: audience,
        };
    }
  },
};
