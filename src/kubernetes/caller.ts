import { LIMITS } from "../model/limits.ts";
import { fit, listOf, object, optional, text, unexpectedAnswer, type Shape } from "./answer.ts";
import type { ApiAnswer } from "./answer.ts";
import type { ApiRequest, Connection } from "./connection.ts";
import { apiFailure } from "./errors.ts";
import { ACCEPT_PROTOBUF, statusIn } from "./wire-protobuf.ts";

/** Sends a call and gives the answer's body, read by its shape; refusals are thrown as a `Failure`. */
export interface Caller {
  <T>(what: string, call: ApiRequest, shape: Shape<T>): Promise<T>;
  /** As the call itself, but 404 gives `undefined`. */
  orAbsent<T>(what: string, call: ApiRequest, shape: Shape<T>): Promise<T | undefined>;
  /** What `keep` makes of the items of a list, page by page: of large lists the answers themselves are not kept. */
  list<Item, Kept>(what: string, list: ListOf<Item, Kept>): Promise<Kept[]>;
  /** The same, with the version of the list. */
  listVersioned<Item, Kept>(what: string, list: ListOf<Item, Kept>): Promise<VersionedList<Kept>>;
}

/** What was kept of a list, and the resourceVersion that it has. */
export interface VersionedList<Kept> {
  readonly items: Kept[];
  readonly version: string;
}

/** A list to be read. */
export interface ListOf<Item, Kept> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly shape: Shape<Item>;
  readonly keep: (item: Item) => Kept;
  /** Reads the Protobuf of the list, which is asked for then, as the JSON that the shape is of. @throws Unfit */
  readonly protobuf?: (bytes: Buffer) => unknown;
}

/** Items a page; the API server's own advice for large lists is a few hundred. */
const PAGE = 500;

const PAGING = object({ continue: optional(text), resourceVersion: optional(text) });

/** Calls on a connection. */
export function callerOn(connection: Connection): Caller {
  const orThrow = (what: string, answer: ApiAnswer): unknown => {
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const body = Buffer.isBuffer(answer.body) ? statusIn(answer.body) : answer.body;
    throw apiFailure(what, { status: answer.status, body }, connection.identity);
  };
  const call = async <T>(what: string, request: ApiRequest, shape: Shape<T>): Promise<T> =>
    fit(what, orThrow(what, await connection.send(request)), shape);
  const orAbsent = async <T>(what: string, request: ApiRequest, shape: Shape<T>): Promise<T | undefined> => {
    const answer = await connection.send(request);
    return answer.status === 404 ? undefined : fit(what, orThrow(what, answer), shape);
  };
  const listVersioned = async <Item, Kept>(
    what: string,
    wanted: ListOf<Item, Kept>,
  ): Promise<VersionedList<Kept>> => {
    const { path, query, shape, keep, protobuf } = wanted;
    // What is kept of an item is made as it is read: a page of items read would outlive the next garbage collection.
    const kept: Shape<Kept> = (item) => keep(shape(item));
    const json = object({ items: listOf(kept), metadata: PAGING });
    const pageShape: typeof json = (body) => json(protobuf && Buffer.isBuffer(body) ? protobuf(body) : body);
    const accept = protobuf && { accept: ACCEPT_PROTOBUF };
    const items: Kept[] = [];
    let next = "";
    for (let count = 1; count <= LIMITS.pages; count += 1) {
      const paging = { limit: `${PAGE}`, ...(next !== "" && { continue: next }) };
      const page = await call(
        what,
        { method: "GET", path, query: { ...query, ...paging }, ...accept },
        pageShape,
      );
      for (const item of page.items) items.push(item);
      next = page.metadata.continue ?? "";
      if (next === "") return { items, version: page.metadata.resourceVersion ?? "" };
    }
    throw unexpectedAnswer(what, `a list of more than ${LIMITS.pages} pages`);
  };
  const list = async <Item, Kept>(what: string, wanted: ListOf<Item, Kept>): Promise<Kept[]> =>
    (await listVersioned(what, wanted)).items;
  return Object.assign(call, { orAbsent, list, listVersioned });
}
