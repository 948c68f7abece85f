import { counted } from "../model/counted.ts";
import type { JsonObject } from "../model/target-record.ts";
import { notReadLines } from "./access-text.ts";
import { columnRows, parseColumns } from "./custom-columns.ts";
import { notReadIn, numberIn, objectsIn, textIn } from "./json-parts.ts";
import { line, type Piece, type Styles } from "./line.ts";
import type { ListShape } from "./list-formats.ts";

/** The list that a command has of each cluster, and how it is shown and counted where there are many. */
export interface TargetList {
  readonly shape: Pick<ListShape, "items">;
  /** As `-o custom-columns=` has them. */
  readonly columns: string;
  /** What an item is called. */
  readonly noun: string;
  /** A field of the items, and those of its values that are counted on their own. */
  readonly byField: string;
  readonly values: readonly string[];
}

/** How many items there are in a target, in all and by their field: the summary of its result. */
export function countItems(list: TargetList, result: JsonObject): Readonly<Record<string, number>> {
  const items = itemsIn(list, result);
  const of = (value: string): number => items.filter((item) => item[list.byField] === value).length;
  return {
    [list.shape.items]: items.length,
    ...Object.fromEntries(list.values.map((value) => [value, of(value)])),
  };
}

/** A summary in one line. */
export function countsLine({ shape, noun, values }: TargetList, summary: JsonObject): string {
  const parts = values.flatMap((value) => {
    const many = numberIn(summary[value]);
    return many === 0 ? [] : [`${many} ${value}`];
  });
  return [counted(numberIn(summary[shape.items]), noun), ...parts].join(", ");
}

/** The items of a target in columns, with their clusters' names where there are several; and what is noted of them. */
export function itemLines(list: TargetList, result: JsonObject, several: boolean, color: Styles): Piece[] {
  const columns = parseColumns(several ? `CLUSTER:.cluster.name,${list.columns}` : list.columns);
  if (!columns.ok) throw new Error(columns.problem);
  const items = itemsIn(list, result);
  const [head = "", ...rows] = items.length === 0 ? [] : columnRows(columns.value, items, true);
  const parts = [result, ...objectsIn(result["clusters"])];
  const noted = parts.flatMap((part) =>
    objectsIn(part["notes"]).map((note) => [textIn(part["name"]), textIn(note["message"])] as const),
  );
  return [
    ...(items.length === 0 ? [] : [color.dim(`      ${head}`), ...rows.map((row) => `      ${row}`)]),
    ...noted.map(([cluster, message]) => {
      return line`      ${color.yellow("!")} ${several && cluster !== "" ? `${cluster}: ` : ""}${message}`;
    }),
    ...notReadLines(parts.flatMap(notReadIn), color),
  ];
}

/** All of a target: those that its result has itself, and those of its clusters, each with its cluster. */
function itemsIn({ shape: { items } }: TargetList, result: JsonObject): readonly JsonObject[] {
  const ofClusters = objectsIn(result["clusters"]).flatMap(({ name, arn, ...rest }) =>
    objectsIn(rest[items]).map((item) => ({ cluster: { name, arn }, ...item })),
  );
  return [...objectsIn(result[items]), ...ofClusters];
}
