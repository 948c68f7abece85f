import { grouped } from "../model/grouped.ts";
import { clusterRef, parseRoleArn, roleRef } from "../model/arn.ts";
import {
  CROSSING,
  NOT_READ,
  type AccessGraph,
  type GraphEdge,
  type GraphFact,
  type GraphNode,
} from "../model/access-graph.ts";
import type { ErrorJson } from "../model/target-record.ts";
import { byEnds, byKindAndId } from "./order.ts";
import { worst } from "./states.ts";

/** An AWS account that was asked for. */
export interface GraphAccount {
  readonly awsAccount: string;
  /** As its target is called. */
  readonly name: string;
  /** What of it could not be read: a region, a cluster, or, without either, all of it. */
  readonly missing: readonly MissingInGraph[];
}

/** A part of an AWS account that is not known. */
export interface MissingInGraph {
  readonly region: string | null;
  readonly cluster: string | null;
  readonly error: Pick<ErrorJson, "code" | "message">;
}

/**
 * The graph of several AWS accounts with a node for each, which contains its clusters and the roles that none of them leads to;
 * what could not be read is there, too. Edges to roles of other AWS accounts say so.
 * @param isPart true where AWS accounts without anything in the graph are left out, unless something of them is missing
 */
export function withAwsAccounts(
  graph: AccessGraph,
  accounts: readonly GraphAccount[],
  isPart: boolean,
): AccessGraph {
  const asked = grouped(accounts, ({ awsAccount }) => awsAccount);
  const lost = lostClusters(accounts);
  const places = placesOf(graph);
  const homes = homesOf(graph, places);
  const inside = grouped(
    [
      ...graph.nodes.flatMap((node) => {
        const awsAccount = homes.get(node.id);
        return awsAccount === undefined ? [] : [{ awsAccount, node }];
      }),
      ...lost,
    ],
    ({ awsAccount }) => awsAccount,
  );
  const isShown = (awsAccount: string): boolean =>
    !isPart ||
    inside.has(awsAccount) ||
    (asked.get(awsAccount) ?? []).some(({ missing }) => missing.length > 0);
  const numbers = [...new Set([...asked.keys(), ...inside.keys()])].filter(isShown).toSorted();
  const nodes = numbers.map((awsAccount) =>
    accountNode(
      awsAccount,
      asked.get(awsAccount) ?? [],
      (inside.get(awsAccount) ?? []).map(({ node }) => node),
    ),
  );
  const labelOf = (awsAccount: string): string => textOf(awsAccount, asked.get(awsAccount) ?? []);
  return {
    ...graph,
    awsAccount: null,
    nodes: [...nodes, ...graph.nodes, ...lost.map(({ node }) => node)].toSorted(byKindAndId),
    edges: [
      ...graph.edges.map((edge) => withCrossing(edge, places, labelOf)),
      ...[...inside].flatMap(([awsAccount, all]) => all.map(({ node }) => contains(awsAccount, node))),
    ].toSorted(byEnds),
  };
}

/** The AWS accounts that contain clusters, and roles to which no edge leads from a cluster of the same AWS account. */
function homesOf({ nodes, edges }: AccessGraph, places: Places): ReadonlyMap<string, string> {
  const led = new Set(
    edges.flatMap(({ from, to, kind }) =>
      kind === "assumes" && places.get(from) === places.get(to) ? [to] : [],
    ),
  );
  return new Map(
    nodes.flatMap(({ id, kind }): [string, string][] => {
      if (kind !== "cluster" && (kind !== "role" || led.has(id))) return [];
      const awsAccount = places.get(id);
      return awsAccount === undefined ? [] : [[id, awsAccount]];
    }),
  );
}

/** The AWS accounts of clusters, of what is in them, and of roles, by the ids of their nodes. */
type Places = ReadonlyMap<string, string>;

function placesOf({ nodes }: AccessGraph): Places {
  return new Map(
    nodes.flatMap(({ id, cluster }): [string, string][] => {
      if (cluster !== undefined) return [[id, clusterRef(cluster).awsAccount]];
      const role = parseRoleArn(id);
      return role.ok ? [[id, roleRef(role.value).awsAccount]] : [];
    }),
  );
}

function withCrossing(edge: GraphEdge, places: Places, labelOf: (awsAccount: string) => string): GraphEdge {
  const to = places.get(edge.to);
  if (edge.kind !== "assumes" || to === undefined || places.get(edge.from) === to) return edge;
  return { ...edge, facts: [[CROSSING, labelOf(to)], ...edge.facts] };
}

function accountNode(
  awsAccount: string,
  asked: readonly GraphAccount[],
  inside: readonly GraphNode[],
): GraphNode {
  const missing = asked.flatMap((one) => one.missing);
  const isRead = asked.some((one) => one.missing.every(({ region, cluster }) => region ?? cluster));
  const isWhole = isRead && missing.length === 0;
  return {
    id: idOf(awsAccount),
    kind: "aws-account",
    label: asked[0]?.name ?? awsAccount,
    state: worst([...inside.map(({ state }) => state), ...(isWhole ? [] : (["unknown"] as const))]),
    facts: [
      ["AWS account", awsAccount],
      ...(asked.length === 0 ? ([[NOT_READ, "it is none of the targets"]] as const) : []),
      ...missing.map(({ region, cluster, error }): GraphFact => [
        NOT_READ,
        `${[cluster === null ? [] : `cluster ${cluster}`, region === null ? [] : `region ${region}`].flat().join(", ") || "all of it"}: ${error.message}`,
      ]),
    ],
    findings: [],
  };
}

/** Each once, also where several targets are of one AWS account. */
function lostClusters(accounts: readonly GraphAccount[]): readonly InAccount[] {
  const all = accounts.flatMap((account) =>
    account.missing.flatMap((part) =>
      part.cluster === null ? [] : [lostCluster(account, part.cluster, part)],
    ),
  );
  return [...new Map(all.map((one) => [one.node.id, one])).values()];
}

interface InAccount {
  readonly awsAccount: string;
  readonly node: GraphNode;
}

/** A cluster that is known by its name alone. */
function lostCluster(
  { awsAccount }: GraphAccount,
  cluster: string,
  { region, error }: MissingInGraph,
): InAccount {
  return {
    awsAccount,
    node: {
      id: `${idOf(awsAccount)} cluster ${region ?? ""} ${cluster}`,
      kind: "cluster",
      label: cluster,
      state: "unknown",
      facts: [
        ...(region === null ? [] : ([["region", region]] as const)),
        [NOT_READ, `${error.code}: ${error.message}`],
      ],
      findings: [],
    },
  };
}

function contains(awsAccount: string, { id, state }: GraphNode): GraphEdge {
  return { from: idOf(awsAccount), to: id, kind: "contains", state, facts: [], findings: [] };
}

/** No ARN has a blank in it, so that nothing can be named to be taken for one. */
function idOf(awsAccount: string): string {
  return `AWS account ${awsAccount}`;
}

function textOf(awsAccount: string, [first]: readonly GraphAccount[]): string {
  return first === undefined || first.name === awsAccount ? awsAccount : `${awsAccount} (${first.name})`;
}
