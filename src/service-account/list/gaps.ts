import type { Failure } from "../../model/failure.ts";
import type { Known } from "../../model/known.ts";
import type { ObservedListing } from "./observe.ts";

/** What a listing lacks because it could not be read, and why. */
interface ListingGap {
  /** For example `roles`. */
  readonly what: string;
  readonly failure: Failure;
}

/** What could not be read of a listing: the ServiceAccounts that this concerns are there, in the state `unknown`. */
export function gapsOf({
  cluster,
  associations,
  provider,
  roles,
  listed,
}: ObservedListing): readonly ListingGap[] {
  return [
    ...gap(`Pod Identity associations of ${cluster.name}`, associations),
    ...gap(`identity provider of ${cluster.name}`, provider),
    ...gap("roles", listed),
    ...[...roles].flatMap(([name, role]) => gap(`role ${name}`, role)),
  ];
}

function gap(what: string, read: Known<unknown>): readonly ListingGap[] {
  return read.state === "unknown" ? [{ what, failure: read.failure }] : [];
}
