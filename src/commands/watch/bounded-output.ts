import type { Piece } from "../../output/line.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { TextBlock } from "../../output/text-block.ts";

/** So many bytes may wait for whoever reads the answers: a watch runs for months, and its reader may sleep. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Prints an answer, unless too many wait to be read: then it is left out, and not even made. */
export type BoundedPrint = (make: () => Piece | TextBlock) => void;

/**
 * Prints answers as long as they are read.
 * @param readAgain is told how many were left out, once those before them have been read
 */
export function boundedPrint(
  { print, unread }: Pick<Terminal, "print" | "unread">,
  readAgain: (omitted: number) => void,
  mostBytes = MOST_BYTES,
): BoundedPrint {
  let omitted = 0;
  const resume = (): void => {
    const count = omitted;
    omitted = 0;
    readAgain(count);
  };
  return (make) => {
    if (omitted === 0 && (unread === undefined || unread.bytes() <= mostBytes)) return print(make());
    omitted += 1;
    if (omitted === 1) void unread?.gone().then(resume);
  };
}
