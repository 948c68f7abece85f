import type { OutgoingHttpHeaders } from "node:http";
import type { Impersonation } from "./entries.ts";
import { kubeconfigFailure } from "./read-credential.ts";

/**
 * The headers by which a request is made as somebody else.
 * Source: Kubernetes docs, "User impersonation"; client-go, `impersonatingRoundTripper`.
 * @throws Failure `kubeconfig` without a user, as kubectl
 */
export function impersonationHeaders(
  { user, uid, groups, extra }: Impersonation,
  whose: string,
): OutgoingHttpHeaders {
  const extras = Object.entries(extra);
  if (user === undefined) {
    if (uid === undefined && groups.length === 0 && extras.length === 0) return {};
    throw kubeconfigFailure(
      `the ${whose} in the kubeconfig has as-uid, as-groups or as-user-extra, and no as`,
    );
  }
  const value = (text: string): string => headerValue(text, whose);
  return {
    "Impersonate-User": value(user),
    ...(uid !== undefined && { "Impersonate-Uid": value(uid) }),
    ...(groups.length > 0 && { "Impersonate-Group": groups.map(value) }),
    ...Object.fromEntries(
      extras.map(([key, values]) => [`Impersonate-Extra-${headerKey(key)}`, values.map(value)]),
    ),
  };
}

/** In UTF-8, as Go's client sends it; Node takes bytes as characters of Latin-1. */
function headerValue(text: string, whose: string): string {
  if (/\p{Cc}/u.test(text.replaceAll("\t", "")))
    throw kubeconfigFailure(`the ${whose} in the kubeconfig impersonates a name with control characters`);
  return Buffer.from(text, "utf8").toString("latin1");
}

/** What no name of a header has, by its percent code. */
function headerKey(key: string): string {
  const escape = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return key
    .toLowerCase()
    .replaceAll(/[^a-z0-9!#$&'*+.^_`|~-]/gu, (found) => [...Buffer.from(found)].map(escape).join(""));
}
