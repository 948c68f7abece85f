import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { ClusterAccess } from "../access-index.ts";
import type { Audit, Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";
import type { Candidate } from "../candidates.ts";

/** The ServiceAccount of all pods that name none, with a role. */
export const defaultServiceAccount: Rule = {
  code: "default-account",
  title: "the ServiceAccount 'default' of a namespace has a role",
  severity: "medium",
  why: `Every pod of the namespace that names no ServiceAccount runs as \`default\`, and so gets the role without asking for it.`,
  finds: `Accounts named \`default\` that are annotated with a role, that a role's trust policy names, or that have a Pod Identity association. Roles that let in every ServiceAccount are found by sub-missing alone.`,
  remedies: `Give the workload a ServiceAccount of its own.`,
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
        subject: aboutAccount(cluster, candidate.ref),
        message: `${serviceAccountPath(candidate.ref)} has a role, and is the ServiceAccount of every pod that names none`,
        evidence: arns.map((arn) => ["role", arn]),
        remedy: {
          kind: "advice",
          text: "Make a ServiceAccount for the workload, give that the role, and let the workload name it in serviceAccountName",
        },
        namespaces: [candidate.ref.namespace],
      };
    }
  },
};

type Cluster = Audit["inventory"]["clusters"][number]["cluster"];

/** A subject of nothing but wildcards names every ServiceAccount, `default` as little as any other. */
function defaultsIn({ token, open, associations }: ClusterAccess): Candidate[] {
  const named = open === undefined || open.to === "pattern" ? token.named : [];
  return [...named, ...associations]
    .map(({ candidate }) => candidate)
    .filter(({ ref }) => ref.name === "default");
}
