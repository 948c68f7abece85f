import type { IncomingHttpHeaders } from "node:http";
import { forbidden } from "../model/status.ts";
import type { Store } from "../store.ts";
import { authorize } from "./rbac.ts";
import { authenticated, type User } from "./user.ts";

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * The user that a request is made as: the one that its Impersonate headers name, if there are any.
 * Source: Kubernetes documentation, "User impersonation".
 * @throws ApiError 403 for a user who may not impersonate that one.
 */
export function impersonated(store: Store, user: User, headers: IncomingHttpHeaders): User {
  const name = headers["impersonate-user"];
  if (typeof name !== "string") return user;
  const [, namespace, serviceAccount] = SERVICE_ACCOUNT.exec(name) ?? [];
  if (namespace === undefined || serviceAccount === undefined) require(store, user, "users", name);
  else require(store, user, "serviceaccounts", serviceAccount, namespace);
  const groups = [headers["impersonate-group"] ?? []].flat();
  for (const group of groups) require(store, user, "groups", group);
  const own =
    namespace === undefined ? [] : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  return authenticated({ username: name, groups: [...own, ...groups] });
}

function require(store: Store, user: User, resource: string, name: string, namespace?: string): void {
  const attributes = {
    verb: "impersonate",
    group: "",
    resource,
    name,
    ...(namespace !== undefined && { namespace }),
  };
  if (authorize(store, user, attributes).allowed) return;
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const why = `User "${user.username}" cannot impersonate resource "${resource}" in API group "" ${where}`;
  throw forbidden({ group: "", plural: resource }, name, why);
}
