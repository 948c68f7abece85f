import { statementsText } from "../audit/texts.ts";
import type { GraphEdge, GraphFact, GraphState } from "../model/access-graph.ts";
import type { Judgement } from "../model/judgement.ts";
import type { ServiceAccountIn } from "./input.ts";

/** By what a ServiceAccount comes to a role, the way first that its pods take where there are several. */
export const MEANS = ["pod-identity", "annotation", "token"] as const;

/** A way from a ServiceAccount, or from every ServiceAccount of a namespace or a cluster, to a role. */
export interface AccessPath {
  /** The id of the node that it leads from. */
  readonly from: string;
  /** The role's id. */
  readonly to: string;
  /** The ServiceAccount, where it leads from one. */
  readonly serviceAccount?: ServiceAccountIn;
  readonly means: (typeof MEANS)[number];
  /** True if it leads to the role, for certain or under unknown conditions. */
  readonly admitted: boolean;
  /** True if pods do not get all that the role allows: a session policy limits it, or the role only leads to a target role. */
  readonly limited?: true;
  readonly state: GraphState;
  readonly facts: readonly GraphFact[];
  readonly findings: readonly number[];
}

/** True for a way that pods take, or are meant to; the others are there, and nobody has asked for them. */
export function isUsed({ means }: AccessPath): boolean {
  return means !== "token";
}

/** The ways of one ServiceAccount to one role, as one edge: dangerous if any is, else as the one that its pods take. */
export function edgeOf(paths: readonly AccessPath[]): GraphEdge {
  // Of an annotated ServiceAccount it goes without saying that its token does it.
  const isAnnotated = paths.some(({ means }) => means === "annotation");
  const told = paths.filter(({ means }) => means !== "token" || !isAnnotated);
  const inOrder = told.toSorted((one, other) => MEANS.indexOf(one.means) - MEANS.indexOf(other.means));
  const [first] = inOrder;
  const dangerous = paths.some(({ state }) => state === "dangerous");
  return {
    from: first?.from ?? "",
    to: first?.to ?? "",
    kind: "assumes",
    state: dangerous ? "dangerous" : (first?.state ?? "idle"),
    facts: inOrder.flatMap(({ facts }) => facts),
    findings: [...new Set(told.flatMap(({ findings }) => findings))].toSorted((one, other) => one - other),
  };
}

/** By which statements, and under which conditions. */
export function judgementFacts({ verdict, unknownKeys, statements }: Judgement): GraphFact[] {
  return [
    ["allowed by", `statement ${statementsText(statements)}`],
    ...(verdict === "allow"
      ? []
      : [
          [
            "only if",
            unknownKeys.join(", ") || "a Deny statement that can't be parsed does not apply",
          ] as const,
        ]),
  ];
}
