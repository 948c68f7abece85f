import { isApiAudience } from "../../model/api-audience.ts";
import { AUDIENCE_ANNOTATION } from "../../model/kubernetes-objects.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { flag, shellCommand } from "../../model/shell.ts";
import { audienceOf } from "../candidates.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";

/** A ServiceAccount whose tokens the provider does not take. */
export const audienceNotTaken: Rule = {
  code: "audience-not-taken",
  title: "a ServiceAccount's tokens have an audience that the identity provider does not take",
  severity: "high",
  why: `STS answers InvalidIdentityToken: Incorrect token audience.`,
  finds: `Annotated ServiceAccounts whose audience (the annotation \`eks.amazonaws.com/audience\`, else \`sts.amazonaws.com\`) is not in the provider's list.`,
  remedies: `Add the audience to the provider, or remove the annotation. One of the API server's own is not for IAM to accept.`,
  sources: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html"],
  *find({ annotated }) {
    for (const { cluster, serviceAccount } of annotated) {
      const { cluster: found, provider } = cluster.audited;
      const audience = audienceOf(serviceAccount);
      if (typeof provider !== "object" || provider.clientIds.includes(audience)) continue;
      const isApis = isApiAudience(audience, found);
      const flags = ["--cluster", found.name, "--region", found.region, ...flag("--audience", audience)];
      yield {
        subject: aboutAccount(found, serviceAccount.ref),
        message: `the provider of ${found.name} does not take the audience '${audience}' of ${serviceAccountPath(serviceAccount.ref)}`,
        evidence: [["it takes", provider.clientIds.toSorted().join(", ") || "none"]],
        remedy: {
          kind: "command",
          text: isApis
            ? shellCommand(withoutAnnotation(serviceAccount.ref))
            : shellCommand(["irsa", "associate-oidc", ...flags]),
        },
        namespaces: [serviceAccount.ref.namespace],
      };
    }
  },
};

function withoutAnnotation({ namespace, name }: ServiceAccountRef): readonly string[] {
  return ["kubectl", "-n", namespace, "annotate", "serviceaccount", name, `${AUDIENCE_ANNOTATION}-`];
}
