import { equalJson, isList, isObject, type Json } from "./json.ts";

/** One operation. Source: RFC 6902. */
export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/**
 * Applies a JSON Patch.
 * @throws Error when a path does not exist or a test fails.
 */
export function jsonPatch(document: Json, operations: readonly JsonPatchOperation[]): Json {
  return operations.reduce(applyOperation, document);
}

function applyOperation(document: Json, { op, path, from = "", value = null }: JsonPatchOperation): Json {
  const at = pointer(path);
  switch (op) {
    case "add":
      return edit(document, at, insert(value));
    case "remove":
      return edit(document, at, drop);
    case "replace":
      read(document, at);
      return edit(document, at, set(value));
    case "move":
      return edit(edit(document, pointer(from), drop), at, insert(read(document, pointer(from))));
    case "copy":
      return edit(document, at, insert(read(document, pointer(from))));
    case "test":
      if (!equalJson(read(document, at), value)) throw new Error(`testing path ${path} failed`);
      return document;
    default:
      throw new Error(`unexpected kind: ${op}`);
  }
}

/** Source: RFC 6901. */
function pointer(path: string): readonly string[] {
  return path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Changes the container that holds the last member of a path. */
type Edit = (container: Json, member: string) => Json;

function edit(document: Json, path: readonly string[], change: Edit): Json {
  const [member, ...rest] = path;
  // The empty path names the whole document: change it as the only member of a wrapper.
  if (member === undefined) return (change({ document }, "document") as { document?: Json }).document ?? null;
  if (rest.length === 0) return change(document, member);
  return set(edit(child(document, member), rest, change))(document, member);
}

function set(value: Json): Edit {
  return (container, member) => {
    if (isList(container)) return container.with(indexIn(container, member), value);
    return { ...objectAt(container, member), [member]: value };
  };
}

function insert(value: Json): Edit {
  return (container, member) => {
    if (!isList(container)) return { ...objectAt(container, member), [member]: value };
    const index = member === "-" ? container.length : indexIn([...container, null], member);
    return container.toSpliced(index, 0, value);
  };
}

function drop(container: Json, member: string): Json {
  child(container, member);
  if (isList(container)) return container.toSpliced(indexIn(container, member), 1);
  return Object.fromEntries(Object.entries(objectAt(container, member)).filter(([name]) => name !== member));
}

function read(document: Json, path: readonly string[]): Json {
  return path.reduce(child, document);
}

function child(container: Json, member: string): Json {
  const value = isList(container)
    ? container[indexIn(container, member)]
    : objectAt(container, member)[member];
  if (value === undefined) throw new Error(`missing path: ${member}`);
  return value;
}

function objectAt(container: Json, member: string) {
  if (!isObject(container)) throw new Error(`missing path: ${member}`);
  return container;
}

function indexIn(list: readonly Json[], member: string): number {
  const index = /^\d+$/.test(member) ? Number(member) : list.length;
  if (index >= list.length) throw new Error(`invalid index: ${member}`);
  return index;
}
