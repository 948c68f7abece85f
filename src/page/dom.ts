import { printable } from "../model/printable.ts";
import { nameText } from "./data/words.ts";

/** What an element is given: `undefined` and `false` leave an attribute out, `true` sets it without a value. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
/** What is in an element; texts go in as text, never as markup. */
export type Content = Node | string | undefined | false;

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[Name] {
  return filled(document.createElement(name), attributes, content);
}

/** An element of SVG. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...content: readonly Content[]
): SVGElementTagNameMap[Name] {
  return filled(document.createElementNS(SVG, name), attributes, content);
}

/** A text from AWS or the cluster: characters that can't be seen or turn the direction are shown, its own direction isolated. */
export function foreign(text: string): HTMLElement {
  return element("bdi", { class: "foreign", dir: "ltr" }, printable(text));
}

/** The same for a name, of which nobody needs to read more than a few hundred characters. */
export function foreignName(name: string): HTMLElement {
  return element("bdi", { class: "foreign", dir: "ltr" }, nameText(name));
}

/**
 * Puts content in the place of what is in an element. Focus stays where it was: on what has the same `data-key` now.
 */
export function replaceContent(place: Element, content: readonly Content[]): void {
  const { activeElement } = document;
  const key =
    activeElement !== null && place.contains(activeElement) ? activeElement.getAttribute("data-key") : null;
  place.replaceChildren(...content.filter(isThere));
  if (key !== null) withKey(place, key)?.focus({ preventScroll: true });
}

/** What has this `data-key`; ids are in it, with which no selector could be written. */
export function withKey(place: Element, key: string): HTMLElement | SVGElement | undefined {
  return [...place.querySelectorAll<HTMLElement | SVGElement>("[data-key]")].find(
    (one) => one.getAttribute("data-key") === key,
  );
}

/**
 * The element with this id.
 * @throws Error if the page does not have it, which is a bug.
 */
export function byId(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

function filled<T extends Element>(made: T, attributes: Attributes, content: readonly Content[]): T {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...content.filter(isThere));
  return made;
}

function isThere(content: Content): content is Node | string {
  return content !== undefined && content !== false;
}
