/** What a world answers instead of what is right, and why that is put up with. */
export type Divergence<Expected> = Expected & { readonly because: string };

/** What worlds answer instead, by the world's name. */
export type Divergences<World extends string, Expected> = Partial<Record<World, Divergence<Expected>>>;

/** A case as far as it describes divergences. */
export interface DivergingCase {
  readonly name: string;
  readonly source: string;
  readonly steps: readonly { readonly diverges?: Partial<Record<string, { readonly because: string }>> }[];
}

/** Why a world answers a case otherwise than is right; nothing where it answers rightly. */
export function reasonsOf({ steps }: DivergingCase, world: string): readonly string[] {
  const reasons = steps.flatMap(({ diverges }) => diverges?.[world]?.because ?? []);
  return [...new Set(reasons)];
}
