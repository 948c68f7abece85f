import { matchesAction } from "./match.ts";
import { matchesPrincipal } from "./principal.ts";
import { readTrust, type Selection } from "./read.ts";
import { WEB_IDENTITY_ACTION } from "./request.ts";

/**
 * True if the trust policy allows anyone with tokens of this identity provider, whatever its conditions. What can't be
 * parsed counts as allowing.
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
