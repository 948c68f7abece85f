import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { ClusterAccess } from "../access-index.ts";
import type { Audit, Rule } from "../rule.ts";
import { aboutServiceAccount } from "../subjects.ts";
import type { Candidate } from "../candidates.ts";

/** The ServiceAccount of all pods without serviceAccountName, with a role. */
export const defaultServiceAccount: Rule = {
  code: "default-account",
  title: "a namespace's default ServiceAccount has a role",
  severity: "medium",
  why: `Every pod in the namespace without \`serviceAccountName\` runs as \`default\`, and gets the role unintentionally.`,
  finds: `ServiceAccounts named \`default\` that are annotated with a role, named in a role's trust policy, or have a Pod Identity association. Roles that allow every ServiceAccount are only reported by sub-missing.`,
  remedies: `Create a dedicated ServiceAccount for the workload.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html"],
  *find({ access, annotated }) {
    const own = annotated.filter(({ serviceAccount }) => serviceAccount.ref.name === "default");
    const found = new Map<
      string,
      { cluster: Cluster; candidate: Pick<Candidate, "ref">; roles: Set<string> }
    >();
    const add = (cluster: Cluster, candidate: Pick<Candidate, "ref">, role: string): void => {
      const key = `${cluster.arn}/${serviceAccountPath(candidate.ref)}`;
      const one = found.get(key) ?? { cluster, candidate, roles: new Set() };
      found.set(key, one);
      one.roles.add(role);
    };
    for (const { cluster, serviceAccount, text } of own) add(cluster.audited.cluster, serviceAccount, text);
    for (const { role, byCluster } of access.roles) {
      for (const one of byCluster)
        for (const candidate of defaultsIn(one)) add(one.cluster.audited.cluster, candidate, role.arn);
    }
    for (const { cluster, candidate, roles } of found.values()) {
      const arns = [...roles].toSorted();
      yield {
        subject: aboutServiceAccount(cluster, candidate.ref),
        message: `${serviceAccountPath(candidate.ref)} has a role, and every pod without serviceAccountName uses it`,
        evidence: arns.map((arn) => ["role", arn]),
        remedy: {
          kind: "advice",
          text: "Create a ServiceAccount with the role for the workload, and set serviceAccountName in the workload",
        },
        namespaces: [candidate.ref.namespace],
      };
    }
  },
};

type Cluster = Audit["inventory"]["clusters"][number]["cluster"];

/** A subject of wildcards only stands for every ServiceAccount, not for `default` in particular. */
function defaultsIn({ token, open, associations }: ClusterAccess): Candidate[] {
  const named = open === undefined || open.to === "pattern" ? token.named : [];
  return [...named, ...associations]
    .map(({ candidate }) => candidate)
    .filter(({ ref }) => ref.name === "default");
}
