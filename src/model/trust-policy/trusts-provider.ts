import { matchesAction } from "./match.ts";
import { matchesPrincipal } from "./principal.ts";
import { readTrust, type Selection } from "./read.ts";
import { WEB_IDENTITY_ACTION } from "./request.ts";

/**
 * True if the trust policy lets anyone in by tokens of this identity provider, whatever its conditions ask. What can't
 * be read of it counts as doing so.
 */
export function trustsProvider(document: unknown, providerArn: string): boolean {
  const provider = { type: "Federated", id: providerArn } as const;
  return readTrust(document).some(
    ({ effect, principal, action }) =>
      effect !== "Deny" &&
      maySelect(principal, (entry) => matchesPrincipal(entry, provider)) &&
      maySelect(action, (pattern) => matchesAction([pattern], WEB_IDENTITY_ACTION)),
  );
}

function maySelect<T>({ items, negated }: Selection<T>, matches: (item: T) => boolean): boolean {
  return items === "unreadable" || items.some(matches) !== negated;
}
