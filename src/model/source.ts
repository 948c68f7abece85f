/** Not a property of strings or plain objects, and lost where an object is spread: a changed copy has no source. */
declare class Spoken {
  protected readonly source: "operator";
}

/**
 * A value whose source is the operator: a flag, the reviewed file, an answer to a prompt. A change that widens access
 * takes such values alone (docs/decisions/0014-sources.md). What comes from AWS, the cluster or the disk is a plain `T`.
 */
export type FromOperator<T> = T & Spoken;

/** Marks what the operator has said. Only the edges where the operator speaks import this; a test holds that. */
export function fromOperator<T>(value: T): FromOperator<T> {
  return value as FromOperator<T>;
}

/** What a parser makes of the operator's text, and of nothing else, is the operator's too. */
export function derived<Given, Made>(
  given: FromOperator<Given>,
  make: (given: Given) => Made,
): FromOperator<Made> {
  return make(given) as FromOperator<Made>;
}
