import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { shellCommand } from "../../model/shell.ts";
import { isOwn } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";

/** A ServiceAccount whose annotation names no role. */
export const roleGone: Rule = {
  code: "role-gone",
  title: "a ServiceAccount is annotated with a role that does not exist",
  severity: "high",
  why: `STS answers AccessDenied, as for a role that refuses. Who makes a role of that name decides what the pods may do.`,
  finds: `Annotations that name a role of this AWS account which does not exist (also one whose path was left out), and annotations that are no role ARN, which the webhook injects all the same. Roles of other AWS accounts are not judged.`,
  remedies: `If irsa keeps a role for the ServiceAccount, \`irsa verify\` says so, and with \`--fix\` plans to annotate the ServiceAccount with it. Otherwise correct the annotation, or make the role again under its name.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"],
  *find({ inventory, access, annotated }) {
    for (const one of annotated) {
      const { cluster, serviceAccount, text, role } = one;
      const gone =
        role !== undefined && isOwn(one) && inventory.roles !== undefined && access.find(text) === undefined;
      if (role !== undefined && !gone) continue;
      const { namespace, name } = serviceAccount.ref;
      const path = serviceAccountPath(serviceAccount.ref);
      yield {
        subject: aboutAccount(cluster.audited.cluster, serviceAccount.ref),
        message: gone
          ? `${path} is annotated with a role that does not exist`
          : `${path} is annotated with '${text}', which is no role ARN`,
        evidence: [["annotation", text]],
        remedy: {
          kind: "command",
          text: shellCommand([
            "irsa",
            "verify",
            path,
            "--cluster",
            cluster.audited.cluster.name,
            "--region",
            cluster.audited.cluster.region,
          ]),
        },
        namespaces: [namespace],
        about: name,
      };
    }
  },
};
