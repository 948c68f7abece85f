/** Who makes a request. Source: authentication.k8s.io/v1, UserInfo. */
export interface User {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The group that may do everything. */
export const MASTERS = "system:masters";

/** A request without credentials. */
export const ANONYMOUS: User = { username: "system:anonymous", groups: ["system:unauthenticated"] };

/** The user with the group that everyone who is known belongs to. */
export function authenticated(user: User): User {
  return { ...user, groups: [...new Set([...user.groups, "system:authenticated"])] };
}

/** A controller of the cluster itself. */
export function systemUser(name: string): User {
  return authenticated({ username: `system:${name}`, groups: [MASTERS] });
}
