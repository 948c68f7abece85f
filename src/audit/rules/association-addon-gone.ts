import { listed } from "../../model/known.ts";
import { addonOf } from "../../model/pod-identity.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount, ownerOf } from "../subjects.ts";

/** A Pod Identity association whose add-on is not installed any more. */
export const associationAddonGone: Rule = {
  code: "association-addon-gone",
  title: "a Pod Identity association belongs to an EKS add-on that is not installed",
  severity: "low",
  why: `The add-on was deleted with its resources preserved. Nothing maintains the association any more, and anyone who can create pods with the ServiceAccount still gets the role.`,
  finds: `Pod Identity associations whose owner is an add-on that the cluster does not have. If the add-on could not be read, nothing is reported.`,
  remedies: `Delete the association, or install the add-on again.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html"],
  *find({ inventory }) {
    for (const { cluster, associations, addons } of inventory.clusters) {
      for (const association of listed(associations)) {
        const addon = addonOf(association);
        const found = addon === undefined ? undefined : addons.get(addon);
        if (addon === undefined || found?.state !== "known" || found.value !== undefined) continue;
        const { serviceAccount, id, roleArn } = association;
        yield {
          subject: aboutServiceAccount(cluster, serviceAccount),
          message: `the Pod Identity association of ${serviceAccountPath(serviceAccount)} belongs to the add-on ${addon}, which ${cluster.name} does not have`,
          evidence: [["association", id], ["role", roleArn], ...ownerOf(association)],
          remedy: { kind: "advice", text: `Delete the association, or install the add-on ${addon} again` },
          namespaces: [serviceAccount.namespace],
        };
      }
    }
  },
};
