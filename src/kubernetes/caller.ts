import type { ApiAnswer, ApiRequest, Connection } from "./connection.ts";
import { apiFailure } from "./errors.ts";

/** Sends a call and gives the answer's body; refusals are thrown as a `Failure`. */
export interface Caller {
  <T>(what: string, call: ApiRequest): Promise<T>;
  /** As the call itself, but 404 gives `undefined`. */
  orAbsent<T>(what: string, call: ApiRequest): Promise<T | undefined>;
  /** What `keep` makes of the items of a list, page by page: of large lists the answers themselves are not kept. */
  list<Item, Kept>(what: string, list: ListOf<Item, Kept>): Promise<Kept[]>;
}

/** A list to be read. */
export interface ListOf<Item, Kept> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly keep: (item: Item) => Kept;
}

/** Items a page; the API server's own advice for large lists is a few hundred. */
const PAGE = 500;

interface Page<T> {
  readonly items: T[];
  readonly metadata: { readonly continue?: string };
}

/** Calls on a connection. */
export function callerOn(connection: Connection): Caller {
  const orThrow = (what: string, answer: ApiAnswer): unknown => {
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw apiFailure(what, answer);
  };
  const call = async <T>(what: string, request: ApiRequest): Promise<T> =>
    orThrow(what, await connection.send(request)) as T;
  const orAbsent = async <T>(what: string, request: ApiRequest): Promise<T | undefined> => {
    const answer = await connection.send(request);
    return answer.status === 404 ? undefined : (orThrow(what, answer) as T);
  };
  const list = async <Item, Kept>(what: string, { path, query, keep }: ListOf<Item, Kept>) => {
    const items: Kept[] = [];
    let next = "";
    do {
      const paging = { limit: `${PAGE}`, ...(next !== "" && { continue: next }) };
      const page = await call<Page<Item>>(what, { method: "GET", path, query: { ...query, ...paging } });
      items.push(...page.items.map(keep));
      next = page.metadata.continue ?? "";
    } while (next !== "");
    return items;
  };
  return Object.assign(call, { orAbsent, list });
}
