import { DOMParser, ParseError, type Document, type Element } from "@xmldom/xmldom";
import { Malformed } from "./malformed.ts";

/**
 * The document of an XML text.
 * @throws Malformed with line and column
 */
export function readXml(text: string): Document {
  try {
    return new DOMParser({ onError: stopAtError }).parseFromString(text, "text/xml");
  } catch (error) {
    if (error instanceof ParseError) throw notXml(error.locator);
    throw error;
  }
}

function stopAtError(level: string, _message: string, { locator }: { locator?: Locator }): void {
  if (level !== "warning") throw notXml(locator);
}

interface Locator {
  readonly lineNumber?: number;
  readonly columnNumber?: number;
}

/** The library's message quotes what it did not expect. */
function notXml(locator: Locator | undefined): Malformed {
  // At the very beginning it has the line 0.
  return new Malformed("is not valid XML", locator?.lineNumber || 1, locator?.columnNumber);
}

/** The elements directly in one, all or those of a name without its prefix. */
export function childrenOf(element: Element, name?: string): Element[] {
  return [...element.childNodes].filter(
    (node): node is Element =>
      node.nodeType === node.ELEMENT_NODE && (name === undefined || node.localName === name),
  );
}

/** The first element of a name directly in one. */
export function childOf(element: Element, name: string): Element | undefined {
  return childrenOf(element, name)[0];
}

/** The text of the first element of a name directly in one; `undefined` where there is none. */
export function childText(element: Element, name: string): string | undefined {
  const found = childOf(element, name);
  return found && textOf(found);
}

/** An element's text, without the white space around. */
export function textOf(element: Element): string {
  return (element.textContent ?? "").trim();
}

/** The line of an element, from 1. */
export function lineOf(element: Element): number {
  return element.lineNumber ?? 1;
}
