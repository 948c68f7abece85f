/** What a world answers instead of what is right, and why that is put up with. */
export type Divergence<Expected> = Expected & { readonly because: string };

/** What worlds answer instead, by the world's name. */
export type Divergences<World extends string, Expected> = Partial<Record<World, Divergence<Expected>>>;
