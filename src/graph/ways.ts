import { statementsText } from "../audit/texts.ts";
import type { GraphEdge, GraphFact, GraphState } from "../model/access-graph.ts";
import type { Judgement } from "../model/judgement.ts";
import type { AccountAt } from "./scene.ts";

/** By what an account comes to a role, the way first that its pods take where there are several. */
export const MEANS = ["pod-identity", "annotation", "token"] as const;

/** A way from an account, or from every account of a namespace or a cluster, to a role. */
export interface Way {
  /** The id of the node that it leads from. */
  readonly from: string;
  /** The role's id. */
  readonly to: string;
  /** The account, where it leads from one. */
  readonly account?: AccountAt;
  readonly means: (typeof MEANS)[number];
  /** True if whoever takes it becomes the role, for certain or perhaps. */
  readonly admitted: boolean;
  readonly state: GraphState;
  readonly facts: readonly GraphFact[];
  readonly findings: readonly number[];
}

/** True for a way that pods take, or are meant to; the others are there, and nobody has asked for them. */
export function isUsed({ means }: Way): boolean {
  return means !== "token";
}

/** The ways of one account to one role, as one edge: dangerous if any is, else as the one that its pods take. */
export function edgeOf(ways: readonly Way[]): GraphEdge {
  // Of an annotated account it goes without saying that its token does it.
  const isAnnotated = ways.some(({ means }) => means === "annotation");
  const told = ways.filter(({ means }) => means !== "token" || !isAnnotated);
  const inOrder = told.toSorted((one, other) => MEANS.indexOf(one.means) - MEANS.indexOf(other.means));
  const [first] = inOrder;
  const dangerous = ways.some(({ state }) => state === "dangerous");
  return {
    from: first?.from ?? "",
    to: first?.to ?? "",
    kind: "becomes",
    state: dangerous ? "dangerous" : (first?.state ?? "idle"),
    facts: inOrder.flatMap(({ facts }) => facts),
    findings: [...new Set(told.flatMap(({ findings }) => findings))].toSorted((one, other) => one - other),
  };
}

/** By which statements, and under which conditions. */
export function judgementFacts({ verdict, unknownKeys, statements }: Judgement): GraphFact[] {
  return [
    ["let in by", `statement ${statementsText(statements)}`],
    ...(verdict === "allow"
      ? []
      : [["only if", unknownKeys.join(", ") || "a Deny that can't be read does not apply"] as const]),
  ];
}
