import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import { targetOf } from "../syntax/yaml.ts";

/** A value found under a key, with the pair that holds it and how it came there. */
export interface Found {
  readonly pair: Pair;
  readonly value: Node | undefined;
  /** Set where the value stands elsewhere in the document, under an anchor that others may use too. */
  readonly sharedBy?: { readonly anchor: string; readonly offset: number };
}

/** A key's value in a mapping: its own, or that of a mapping merged in with `<<`; aliases followed. */
export function lookUp(map: YAMLMap, key: string): Found | undefined {
  const own = pairOf(map, key);
  if (own !== undefined) return { pair: own, ...followed(own.value) };
  for (const source of mergedInto(map)) {
    const found = lookUp(source.map, key);
    if (found !== undefined) return { ...found, ...(source.sharedBy && { sharedBy: source.sharedBy }) };
  }
  return undefined;
}

/** A key's value as text; `undefined` where it is absent or no text. */
export function textUnder(map: YAMLMap, key: string): string | undefined {
  const value = lookUp(map, key)?.value;
  return isScalar(value) && typeof value.value === "string" ? value.value : undefined;
}

/** The mapping's own pair of that key. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === key);
}

type Sharing = NonNullable<Found["sharedBy"]>;

function followed(value: unknown): Pick<Found, "value" | "sharedBy"> {
  if (!isAlias(value)) return { value: (value ?? undefined) as Node | undefined };
  return {
    value: targetOf(value),
    sharedBy: { anchor: value.source, offset: value.range?.[0] ?? 0 },
  };
}

/** The mappings that `<<` merges in, the first of which wins. Source: YAML 1.1, "Merge Key Language-Independent Type". */
function mergedInto(map: YAMLMap): { map: YAMLMap; sharedBy?: Sharing }[] {
  const merge = pairOf(map, "<<") ?? map.items.find(({ key }) => isScalar(key) && key.source === "<<");
  const values: unknown[] = isSeq(merge?.value) ? merge.value.items : [merge?.value];
  return values.flatMap((one) => {
    const { value, sharedBy } = followed(one);
    return isMap(value) ? [{ map: value, ...(sharedBy && { sharedBy }) }] : [];
  });
}
