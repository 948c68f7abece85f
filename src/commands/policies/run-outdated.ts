import type { Gap } from "../../audit/inventory.ts";
import { notRead } from "../../audit/who-can.ts";
import { WELL_KNOWN_POLICIES } from "../../config/well-known-policies/catalog.ts";
import type { CatalogRow, RolePolicies, RolePolicy } from "../../model/well-known-policy.ts";
import { observeClusterRoles, type ClusterRole } from "../../service-account/list/role-documents.ts";
import { candidatesOf, recognize } from "../../config/well-known-policies/recognize.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "../../model/service-account-ref.ts";
import { POLICIES } from "../../output/list-shapes.ts";
import { outdatedLines, outdatedResult, outdatedSummary } from "../../output/outdated-text.ts";
import { during } from "../../output/progress.ts";
import { printYaml } from "../shared/print-yaml.ts";
import {
  observeListing,
  type ListingScope,
  type ObservedListing,
} from "../../service-account/list/observe.ts";
import type { CommandContext } from "../command-context.ts";
import { clarified } from "../shared/session/clarify.ts";
import { incompleteCode } from "../shared/session/incomplete.ts";
import { openSession, type Session } from "../shared/session/session.ts";
import type { PoliciesFlags } from "./flags.ts";

/** `policies --outdated`: reads the roles of a cluster's ServiceAccounts, and compares them with the catalog. */
export async function runOutdated(
  rows: readonly CatalogRow[],
  scope: ListingScope,
  flags: PoliciesFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal, envelope } = context;
  const session = await openSession({ ...flags, adaptiveRetry: true }, context, false);
  try {
    const reading = clarified(session, () => observe(rows, scope, session));
    const { answer, gaps } = await during(terminal, "reading IAM and the cluster", reading);
    const result = outdatedResult(answer);
    const { output, headers } = flags;
    if (output.format === "json") terminal.print(envelope.answer({ result }));
    else if (output.format === "yaml") await printYaml(envelope.document({ result }), terminal);
    else if (output.format === "list") terminal.print(output.write(result, headers));
    else
      outdatedLines(answer.policies, { format: output.format, headers }, terminal.out).forEach(
        terminal.print,
      );
    outdatedSummary(answer, session.cluster.name, terminal.err).forEach(terminal.say);
    context.exitWith(incompleteCode(gaps) || exitCodeOf(answer));
  } finally {
    session.close();
  }
}

/** `policies --outdated` of many clusters and AWS accounts. */
export async function outdatedInTargets(
  rows: readonly CatalogRow[],
  scope: ListingScope,
  flags: PoliciesFlags,
  context: CommandContext,
): Promise<void> {
  const { answerByCluster } = await import("../shared/targets/by-cluster.ts");
  await answerByCluster(flags, context, {
    shape: POLICIES,
    columns:
      "NAMESPACE:.serviceAccounts[0].namespace,NAME:.serviceAccounts[0].name,ROLE:.role,POLICY:.policy,MANAGED-BY:.managedBy,STATE:.state,REASON:.reason",
    noun: "policy",
    byField: "state",
    values: ["outdated", "unknown"],
    contents: { policies: rows, scope },
    async read(cluster) {
      const { answer, gaps } = await observe(rows, scope, cluster);
      return { result: outdatedResult(answer), gaps, code: exitCodeOf(answer) };
    },
  });
}

function exitCodeOf({ policies }: RolePolicies): number {
  return policies.some(({ state }) => state === "outdated") ? EXIT_CODES.findings : 0;
}

async function observe(
  rows: readonly CatalogRow[],
  scope: ListingScope,
  session: Pick<Session, "aws" | "cluster" | "kubernetes">,
): Promise<{ readonly answer: RolePolicies; readonly gaps: readonly Gap[] }> {
  const { namespace = DEFAULT_SERVICE_ACCOUNT.namespace } = scope;
  const kubernetes = await session.kubernetes({ ...DEFAULT_SERVICE_ACCOUNT, namespace });
  const listing = await observeListing(scope, session.cluster, { ...session.aws, kubernetes });
  const roles = await observeClusterRoles(listing, session.aws.iam);
  const gaps = gapsOf(listing, roles);
  return { answer: answerOf(roles, new Set(rows.map(({ name }) => name)), gaps), gaps };
}

/** A role of another AWS account is not read from here at all, which its row says. */
function gapsOf(
  { listed, associations, cluster }: ObservedListing,
  roles: readonly ClusterRole[],
): readonly Gap[] {
  return [
    ...(listed.state === "unknown"
      ? [{ what: "roles whose ServiceAccount does not exist", failure: listed.failure }]
      : []),
    ...(associations.state === "unknown"
      ? [{ what: `Pod Identity associations of ${cluster.name}`, failure: associations.failure }]
      : []),
    ...roles.flatMap(({ arn, documents }) =>
      documents.state === "unknown" && documents.failure.code !== "other-aws-account"
        ? [{ what: `policies of ${arn}`, failure: documents.failure }]
        : [],
    ),
  ];
}

function answerOf(
  roles: readonly ClusterRole[],
  names: ReadonlySet<string>,
  gaps: readonly Gap[],
): RolePolicies {
  const candidates = candidatesOf(WELL_KNOWN_POLICIES);
  const each = roles.map((role): readonly RolePolicy[] => {
    const { arn, serviceAccounts, managedBy, documents } = role;
    const base = { role: arn, serviceAccounts, managedBy };
    if (documents.state === "unknown")
      return [{ ...base, ...NOTHING, state: "unknown", reason: documents.failure.message }];
    return recognize(documents.value, candidates).map(({ field, ...found }) => ({
      ...base,
      ...found,
      policy: field,
    }));
  });
  return {
    policies: each.flat().filter(({ policy }) => policy === undefined || names.has(policy)),
    rolesWithout: each.filter((found) => found.length === 0).length,
    notRead: notRead(gaps),
  };
}

const NOTHING = {
  policy: undefined,
  evidence: undefined,
  writtenBy: undefined,
  lacks: [],
  excess: [],
  lacksPolicies: [],
};
