import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { isOwn } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount } from "../subjects.ts";

/** A ServiceAccount annotated with a missing role. */
export const roleGone: Rule = {
  code: "role-gone",
  title: "a ServiceAccount is annotated with a role that does not exist",
  severity: "high",
  why: `STS returns AccessDenied, as for a role that does not allow the ServiceAccount. Anyone who creates a role with that name controls what the pods can do.`,
  finds: `Annotations with a role in this AWS account that does not exist (or with a missing role path), and annotations that are not a valid role ARN, which the webhook injects anyway. Roles in other AWS accounts are not checked.`,
  remedies: `If irsa manages a role for the ServiceAccount, \`irsa verify --fix\` plans to annotate the ServiceAccount with it. Otherwise correct the annotation, or recreate the role with the same name.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"],
  *find({ inventory, access, annotated }) {
    for (const one of annotated) {
      const { cluster, serviceAccount, text, role } = one;
      const gone =
        role !== undefined &&
        isOwn(one) &&
        inventory.roles.state === "known" &&
        access.find(text) === undefined;
      if (role !== undefined && !gone) continue;
      const { namespace, name } = serviceAccount.ref;
      const path = serviceAccountPath(serviceAccount.ref);
      yield {
        subject: aboutServiceAccount(cluster.audited.cluster, serviceAccount.ref),
        message: gone
          ? `${path} is annotated with a role that does not exist`
          : `${path} is annotated with '${text}', which is not a valid role ARN`,
        evidence: [["annotation", text]],
        remedy: {
          kind: "command",
          command: [
            "irsa",
            "verify",
            path,
            "--cluster",
            cluster.audited.cluster.name,
            "--region",
            cluster.audited.cluster.region,
          ],
        },
        namespaces: [namespace],
        about: name,
      };
    }
  },
};
