import { namedIn } from "../access-paths.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { Audit, Rule } from "../rule.ts";
import { aboutServiceAccount } from "../subjects.ts";
import type { Candidate } from "../candidates.ts";
import { hostPath } from "../../model/issuer.ts";
import { wildcardFor } from "../subject-tests.ts";
import { listText } from "../../model/list-text.ts";

/** A role for the ServiceAccount of all pods without serviceAccountName. */
export const defaultServiceAccount: Rule = {
  code: "default-account",
  title: "a namespace's default ServiceAccount has a role or can assume one",
  severity: "medium",
  why: `Every pod in the namespace without \`serviceAccountName\` runs as \`default\`, and gets the role unintentionally.`,
  finds: `ServiceAccounts named \`default\` that are annotated with a role, named in a role's trust policy or matched by a wildcard in it, or have a Pod Identity association. Roles that allow every ServiceAccount are only reported by sub-missing.`,
  remedies: `Create a dedicated ServiceAccount for the workload.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html"],
  *find({ access, annotated }) {
    const found = new Map<string, Found>();
    const add = (
      cluster: Cluster,
      candidate: Pick<Candidate, "ref">,
      role: string,
      wildcard?: string,
    ): void => {
      const key = `${cluster.arn}/${serviceAccountPath(candidate.ref)}`;
      const one = found.get(key) ?? { cluster, candidate, roles: new Map() };
      found.set(key, one);
      if (wildcard === undefined || !one.roles.has(role)) one.roles.set(role, wildcard);
    };
    for (const { cluster, serviceAccount, text } of annotated)
      if (serviceAccount.ref.name === "default") add(cluster.audited.cluster, serviceAccount, text);
    for (const { role, trust, byCluster } of access.roles) {
      for (const from of byCluster) {
        const { cluster, open, associations } = from;
        const own = cluster.audited.cluster;
        for (const { candidate } of associations.filter(isDefault)) add(own, candidate, role.arn);
        // A subject of wildcards only stands for every ServiceAccount, not for `default` in particular.
        const named = open === undefined || open.to === "pattern" ? namedIn(from) : [];
        for (const { candidate } of named.filter(isDefault))
          add(own, candidate, role.arn, wildcardFor(trust, hostPath(own.issuer), candidate.subject));
      }
    }
    for (const one of found.values()) {
      const { cluster, candidate, roles } = one;
      const byWildcard = [...roles.values()].every((wildcard) => wildcard !== undefined);
      yield {
        subject: aboutServiceAccount(cluster, candidate.ref),
        message: byWildcard
          ? wildcardMessage(one)
          : `${serviceAccountPath(candidate.ref)} has a role, and every pod without serviceAccountName uses it`,
        evidence: [...roles]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([arn, wildcard]) => [
            "role",
            wildcard === undefined ? arn : `${arn}, through the wildcard ${wildcard}`,
          ]),
        remedy: {
          kind: "advice",
          text: byWildcard
            ? "Replace the wildcard in the trust policy with the names of the ServiceAccounts that need the role"
            : "Create a ServiceAccount with the role for the workload, and set serviceAccountName in the workload",
        },
        namespaces: [candidate.ref.namespace],
      };
    }
  },
};

type Cluster = Audit["inventory"]["clusters"][number]["cluster"];

interface Found {
  readonly cluster: Cluster;
  readonly candidate: Pick<Candidate, "ref">;
  /** By ARN, the wildcard in the role's trust policy that allows it; `undefined` if it is allowed by name or annotated. */
  readonly roles: Map<string, string | undefined>;
}

function isDefault({ candidate }: { readonly candidate: Candidate }): boolean {
  return candidate.ref.name === "default";
}

function wildcardMessage({ candidate, roles }: Found): string {
  const names = [...roles.keys()].map((arn) => arn.slice(arn.lastIndexOf("/") + 1)).toSorted();
  const wildcards = [...new Set(roles.values())].flatMap((one) => one ?? []).toSorted();
  const [wildcard = ""] = wildcards;
  const through = wildcards.length === 1 ? `the wildcard ${wildcard}` : "wildcards in their trust policies";
  return `${serviceAccountPath(candidate.ref)} can assume ${listText(names)} through ${through}, and every pod without serviceAccountName uses it`;
}
