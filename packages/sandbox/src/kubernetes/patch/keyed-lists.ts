import { isObject, type Json } from "./json.ts";

/** The lists whose items have a key, by the list's name; any other list is replaced as a whole. */
const KEYS: Readonly<Record<string, string>> = {
  conditions: "type",
  containers: "name",
  env: "name",
  ephemeralContainers: "name",
  hostAliases: "ip",
  imagePullSecrets: "name",
  initContainers: "name",
  ownerReferences: "uid",
  ports: "containerPort",
  secrets: "name",
  volumeMounts: "mountPath",
  volumes: "name",
  webhooks: "name",
};

/** The lists of plain values that are merged as sets. */
const SETS = new Set(["finalizers"]);

/** The member by which the items of a list are distinguished, if the list of that name has one and all items have it. */
export function listKey(listName: string, ...lists: readonly (readonly Json[])[]): string | undefined {
  const key = KEYS[listName];
  if (key === undefined) return undefined;
  return lists.flat().every((item) => isObject(item) && item[key] !== undefined) ? key : undefined;
}

/** True for a list of plain values that is a set. */
export function isSetList(listName: string): boolean {
  return SETS.has(listName);
}
