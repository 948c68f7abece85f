import { LIMITS } from "../model/limits.ts";

/** What an element holds: its text, or its elements by name, where several of one name are a list. */
export type XmlValue = string | { [name: string]: XmlValue | XmlValue[] };

/** A tag from `<` on: a slash if it ends an element, the name, attributes, and a slash if nothing follows. */
const TAG = /<(\/?)([^\s<>/!?"'=]+)(?:\s+[^\s<>/"'=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>/y;
/** What stands between elements and says nothing. Source: Extensible Markup Language 1.0, 2.5, 2.6 and 2.8. */
const PASSED_OVER = /(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*/y;
const CDATA = "<![CDATA[";

/**
 * What the one element of an answer of AWS's query services holds. Attributes are ignored, and so is text beside
 * elements, which their XML has only as indentation.
 * @throws SyntaxError if it is not such XML
 */
export function readXml(text: string): XmlValue {
  const xml = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  let at = passOver(xml, 0);

  const tag = (): { readonly ends: boolean; readonly name: string; readonly empty: boolean } => {
    TAG.lastIndex = at;
    const match = TAG.exec(xml);
    if (match === null) throw new SyntaxError(`not valid XML at character ${at}`);
    at = TAG.lastIndex;
    return { ends: match[1] === "/", name: match[2] ?? "", empty: match[3] === "/" };
  };

  /** What is up to the end of the element that has just begun. */
  const value = (name: string, depth: number): XmlValue => {
    if (depth > LIMITS.xmlDepth)
      throw new SyntaxError(`the XML nests deeper than ${LIMITS.xmlDepth} elements`);
    let own = "";
    let inside: Record<string, XmlValue | XmlValue[]> | undefined;
    for (;;) {
      own += textAt();
      const next = tag();
      if (!next.ends) {
        inside ??= {};
        add(inside, next.name, next.empty ? "" : value(next.name, depth + 1));
      } else if (next.name === name) {
        return inside ?? (own.trim() === "" && own.includes("\n") ? "" : own);
      } else {
        throw new SyntaxError(`</${next.name}> ends <${name}>`);
      }
    }
  };

  /** The text before the next tag. */
  const textAt = (): string => {
    let found = "";
    for (;;) {
      const end = indexOf(xml, "<", at);
      found += decoded(xml.slice(at, end));
      at = end;
      if (xml.startsWith(CDATA, at)) {
        const close = indexOf(xml, "]]>", at);
        found += xml.slice(at + CDATA.length, close);
        at = close + "]]>".length;
      } else if (xml[at + 1] === "!" || xml[at + 1] === "?") {
        const after = passOver(xml, at);
        if (after === at) throw new SyntaxError(`not valid XML at character ${at}`);
        at = after;
      } else {
        return found;
      }
    }
  };

  const { ends, name, empty } = tag();
  if (ends) throw new SyntaxError(`</${name}> ends nothing`);
  return empty ? "" : value(name, 1);
}

function add(inside: Record<string, XmlValue | XmlValue[]>, name: string, value: XmlValue): void {
  if (!Object.hasOwn(inside, name)) put(inside, name, value);
  else {
    const before = inside[name] ?? "";
    if (Array.isArray(before)) before.push(value);
    else put(inside, name, [before, value]);
  }
}

function put(
  inside: Record<string, XmlValue | XmlValue[]>,
  name: string,
  value: XmlValue | XmlValue[],
): void {
  if (name !== "__proto__") inside[name] = value;
  else Object.defineProperty(inside, name, { value, writable: true, enumerable: true, configurable: true });
}

function passOver(xml: string, at: number): number {
  PASSED_OVER.lastIndex = at;
  PASSED_OVER.exec(xml);
  return PASSED_OVER.lastIndex;
}

function indexOf(xml: string, wanted: string, from: number): number {
  const found = xml.indexOf(wanted, from);
  if (found < 0) throw new SyntaxError(`the XML ends before a '${wanted}'`);
  return found;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name = "") => {
      if (hex === undefined && decimal === undefined)
        return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
    },
  );
}
