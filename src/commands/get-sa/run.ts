import { liveFile, rolesWithInline } from "../../config/live-file.ts";
import type { InlineDocuments } from "../../config/live-role.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import type { Note } from "../../model/plan.ts";
import { annotatedRoleName } from "../../model/service-account-facts.ts";
import { settingsJson } from "../../model/shown-settings.ts";
import { serviceAccountPath, DEFAULT_SERVICE_ACCOUNT } from "../../model/service-account-ref.ts";
import { gapsOf } from "../../service-account/list/gaps.ts";
import {
  observeListing,
  type ListingScope,
  type ObservedListing,
} from "../../service-account/list/observe.ts";
import { readInlinePolicies } from "../../service-account/role/read-policies.ts";
import { MANY_ROLES, rolesListed } from "../../service-account/role/roles-listed.ts";
import { look } from "../../model/known.ts";
import { serviceAccountRows, type ListedRow } from "../../service-account/list/rows.ts";
import {
  serviceAccountListLines,
  serviceAccountListResult,
  type ListedServiceAccount,
} from "../../output/service-account-list.ts";
import { SERVICE_ACCOUNTS } from "../../output/list-shapes.ts";
import { liveText, unsaidNotes } from "../../output/live-text.ts";
import { noteLines } from "../../output/plan-text.ts";
import { printYaml } from "../shared/print-yaml.ts";
import { during } from "../../output/progress.ts";
import { clarified } from "../shared/session/clarify.ts";
import type { CommandContext } from "../command-context.ts";
import type { GetSaFlags } from "./flags.ts";
import { openSession, type Session } from "../shared/session/session.ts";

/** Inline policies read concurrently. */
const AT_ONCE = 8;

/** The run of `get-sa`: observe, judge, tell. */
export async function listServiceAccounts(
  scope: ListingScope,
  flags: GetSaFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal, envelope } = context;
  const { output } = flags;
  const session = await openSession({ ...flags, adaptiveRetry: true }, context, false);
  try {
    const reading = clarified(session, () => observe(scope, session));
    const observed = await during(terminal, "reading IAM and the cluster", reading);
    if (output.format === "clusterconfig") {
      const live = liveFile(observed, await inlineDocuments(observed, session));
      terminal.print(liveText(live));
      const notes = [...notesOf(observed), ...unsaidNotes(live)];
      return noteLines(notes, terminal.err).forEach(terminal.say);
    }
    const serviceAccounts = rowsOf(observed).map(listed);
    const notes = notesOf(observed);
    const list = { serviceAccounts, notes };
    const result = serviceAccountListResult(list);
    if (output.format === "json") terminal.print(envelope.answer({ result }));
    else if (output.format === "yaml") await printYaml(envelope.document({ result }), terminal);
    else if (output.format === "list") terminal.print(output.write(result, flags.headers));
    else if (serviceAccounts.length > 0)
      serviceAccountListLines(list, output.format, terminal.out, flags.headers).forEach(terminal.print);
    if (serviceAccounts.length === 0) terminal.say(noneLine(observed));
    noteLines(notes, terminal.err).forEach(terminal.say);
    context.exitWith(exitCodeOf(serviceAccounts, scope, flags));
  } finally {
    session.close();
  }
}

/** `get-sa` of many clusters and AWS accounts. A ServiceAccount that is asked for need not be in each of them. */
export async function listInTargets(
  scope: ListingScope,
  flags: GetSaFlags,
  context: CommandContext,
): Promise<void> {
  const { answerByCluster } = await import("../shared/targets/by-cluster.ts");
  await answerByCluster(flags, context, {
    shape: SERVICE_ACCOUNTS,
    columns:
      "NAMESPACE:.serviceAccount.namespace,NAME:.serviceAccount.name,ROLE:.role,WAY:.way,MANAGED-BY:.managedBy,STATE:.state,DRIFT:.drift[*].message",
    noun: "ServiceAccount",
    byField: "state",
    values: ["drifted", "unknown"],
    contents: { scope },
    async read(cluster) {
      const observed = await observe(scope, cluster);
      const serviceAccounts = rowsOf(observed).map(listed);
      const result = serviceAccountListResult({ serviceAccounts, notes: notesOf(observed) });
      return { result, gaps: gapsOf(observed), code: exitCodeOf(serviceAccounts, {}, flags) };
    },
  });
}

/** Where a listing is read. */
type ListedCluster = Pick<Session, "aws" | "cluster" | "kubernetes">;

async function observe(scope: ListingScope, session: ListedCluster): Promise<ObservedListing> {
  const { namespace = DEFAULT_SERVICE_ACCOUNT.namespace } = scope;
  const kubernetes = await session.kubernetes({ ...DEFAULT_SERVICE_ACCOUNT, namespace });
  return observeListing(scope, session.cluster, { ...session.aws, kubernetes });
}

/** A ServiceAccount that was deleted has no labels to select it by. */
function rowsOf(observed: ObservedListing): readonly ListedRow[] {
  const rows = serviceAccountRows(observed);
  if (observed.scope.selector === undefined) return rows;
  const selected = new Set(observed.serviceAccounts.map(({ ref }) => serviceAccountPath(ref)));
  return rows.filter(({ serviceAccount }) => selected.has(serviceAccountPath(serviceAccount)));
}

/** What can't be read is reported in its place. */
async function inlineDocuments(
  observed: ObservedListing,
  { aws: { iam } }: Session,
): Promise<InlineDocuments> {
  const names = rolesWithInline(observed);
  const reads = names.length < MANY_ROLES ? iam : await rolesListed(iam);
  const documents = await mapConcurrent(names, AT_ONCE, async (name) => {
    return [name, await look(() => readInlinePolicies(reads, name))] as const;
  });
  return new Map(documents);
}

function listed({ serviceAccount, ...row }: ListedRow): ListedServiceAccount {
  const { origin, way, audience, policies, inlinePolicies, state, drift } = row;
  return {
    ...serviceAccount,
    origin,
    role: row.role ?? null,
    managedBy: row.managedBy ?? null,
    roleOrigin: row.roleOrigin ?? null,
    roleEngine: row.roleEngine ?? null,
    serviceAccountManager: row.serviceAccountManager ?? null,
    way,
    audience,
    policies,
    inlinePolicies,
    ...settingsJson(row.settings),
    state,
    drift,
    unknown: row.unknown ?? null,
  };
}

function notesOf(observed: ObservedListing): Note[] {
  return [...associationNotes(observed), ...roleNotes(observed)];
}

function associationNotes({ associations, cluster }: ObservedListing): Note[] {
  if (associations.state === "known") return [];
  const message = `the Pod Identity associations of ${cluster.name} are unknown: ${associations.failure.message}`;
  return [{ level: "warning", code: "associations-unread", message }];
}

/** A selector selects ServiceAccounts that exist: what the roles of others hide is nothing to warn of. */
function roleNotes({ listed: allRoles, roles, serviceAccounts, cluster, scope }: ObservedListing): Note[] {
  if (scope.selector !== undefined) return [];
  if (allRoles.state === "unknown") {
    const message = `roles whose ServiceAccount does not exist are not listed: ${allRoles.failure.message}`;
    return [{ level: "warning", code: "roles-unlisted", message }];
  }
  // An annotated role is reported in the row of its ServiceAccount.
  const listedNames = new Set(
    serviceAccounts.flatMap((one) => annotatedRoleName(one, cluster)?.toLowerCase() ?? []),
  );
  return [...roles].flatMap(([name, found]) => {
    if (found.state === "known" || listedNames.has(name)) return [];
    const message = `whether role '${name}' belongs to a ServiceAccount is unknown: ${found.failure.message}`;
    return [{ level: "warning", code: "role-unread", message }] as const;
  });
}

/** As kubectl does: what is asked for by name must exist, and an empty list is not an error. */
function exitCodeOf(
  serviceAccounts: readonly ListedServiceAccount[],
  { name }: ListingScope,
  flags: GetSaFlags,
): number {
  if (name !== undefined && serviceAccounts.length === 0) return flags.ignoreNotFound === true ? 0 : 1;
  return flags.exitCode === true && serviceAccounts.some(({ state }) => state === "drifted") ? 3 : 0;
}

function noneLine({ cluster, scope, plain }: ObservedListing): string {
  const { namespace, name, selector } = scope;
  const place = namespace === undefined ? "" : `namespace ${namespace} of `;
  const selected = selector === undefined ? "" : ` that match '${selector}'`;
  if (name === undefined)
    return `No ServiceAccounts with a role${selected} found in ${place}cluster ${cluster.name}.`;
  const [first, ...more] = plain.map(serviceAccountPath);
  if (first === undefined)
    return `ServiceAccount ${namespace === undefined ? "" : `${namespace}/`}${name} not found in cluster ${cluster.name}.`;
  const others = more.length === 0 ? "has" : `and ${more.length} more of that name have`;
  return `ServiceAccount ${first} ${others} no role.`;
}
