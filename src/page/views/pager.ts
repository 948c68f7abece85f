import { linkTo } from "../context.ts";
import type { Page } from "../data/paging.ts";
import type { View } from "../data/view.ts";
import { numberText } from "../data/words.ts";
import { element, type Content } from "../dom.ts";

/** Which part of a list is shown, and the ways to the rest; nothing where all of it is. */
export function pager(
  page: Page<unknown>,
  what: string,
  viewOfPage: (number: number) => View,
): HTMLElement | undefined {
  if (page.pages === 1) return undefined;
  const numberLink = (text: string, number: number): Content =>
    number >= 1 && number <= page.pages
      ? linkTo(viewOfPage(number), { "data-key": `${what} ${text}` }, text)
      : element("span", { class: "off" }, text);
  return element(
    "nav",
    { class: "pager", "aria-label": `pages of ${what}` },
    numberLink("Previous", page.number - 1),
    element("span", {}, `${numberText(page.first)}–${numberText(page.last)} of ${numberText(page.total)}`),
    numberLink("Next", page.number + 1),
  );
}
