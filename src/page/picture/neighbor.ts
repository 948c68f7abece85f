import type { Drawing, PlacedNode } from "./layout.ts";

/** The keys that go from node to node. */
type ArrowKey = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

/**
 * The node that an arrow leads to: up and down within the column, left and right the nearest of those that an edge joins
 * to it, or of the next column if there is none. `undefined` at the end of the picture.
 */
export function neighborOf(
  { nodes, edges }: Drawing,
  from: PlacedNode,
  key: ArrowKey,
): PlacedNode | undefined {
  const column = nodes.filter(({ x }) => x === from.x);
  const at = column.indexOf(from);
  if (key === "ArrowUp") return column[at - 1];
  if (key === "ArrowDown") return column[at + 1];
  const joined = new Set(
    edges.flatMap(({ edge }) =>
      key === "ArrowRight" && edge.from === from.node
        ? [edge.to]
        : key === "ArrowLeft" && edge.to === from.node
          ? [edge.from]
          : [],
    ),
  );
  const beyond = nodes.filter(({ x }) => (key === "ArrowRight" ? x > from.x : x < from.x));
  const candidates = beyond.some(({ node }) => joined.has(node))
    ? beyond.filter(({ node }) => joined.has(node))
    : beyond;
  return candidates.toSorted((one, other) => distance(one, from) - distance(other, from))[0];
}

/** Columns count more than rows. */
function distance(one: PlacedNode, other: PlacedNode): number {
  return 1_000 * Math.abs(one.x - other.x) + Math.abs(one.y - other.y);
}
