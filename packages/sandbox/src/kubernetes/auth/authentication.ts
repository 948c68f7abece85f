import type { IncomingHttpHeaders } from "node:http";
import { unauthorized } from "../model/status.ts";
import type { Store } from "../store.ts";
import { verifyToken, type TokenIssuer } from "./tokens.ts";
import { ANONYMOUS, authenticated, type User } from "./user.ts";

/** Knows the bearer of a token, or not. */
export type Authenticator = (bearerToken: string) => Promise<User | undefined>;

/** What requests are authenticated against. */
export interface AuthenticationOptions {
  readonly store: Store;
  readonly tokenIssuer: TokenIssuer;
  /** The users that the cluster itself knows, by their bearer tokens. */
  readonly users: Readonly<Record<string, User>>;
  /** Asked last: the tokens that the world outside the cluster vouches for. */
  readonly authenticator?: Authenticator;
}

/**
 * The user of a request; one without credentials is anonymous.
 * @throws ApiError 401 for credentials that nobody vouches for.
 */
export async function authenticate(
  headers: IncomingHttpHeaders,
  options: AuthenticationOptions,
): Promise<User> {
  const { authorization } = headers;
  if (authorization === undefined) return ANONYMOUS;
  const token = /^bearer (.+)$/i.exec(authorization)?.[1]?.trim();
  const user = token === undefined ? undefined : await bearer(token, options);
  if (user === undefined) throw unauthorized();
  return authenticated(user);
}

async function bearer(token: string, options: AuthenticationOptions): Promise<User | undefined> {
  const { store, tokenIssuer, users, authenticator } = options;
  if (Object.hasOwn(users, token)) return users[token];
  const own = await verifyToken(store, tokenIssuer, token, tokenIssuer.audiences);
  return own?.user ?? (await authenticator?.(token));
}
