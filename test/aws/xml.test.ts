import { XmlShapeDeserializer } from "@aws-sdk/core/protocols";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readXml } from "../../src/aws/xml.ts";

/** The SDK's own reader, asked for a document of any shape. */
const ANY_SHAPE = 15;
const settings = { timestampFormat: { useTrait: true, default: 5 }, httpBindings: false } as const;
const bySdk = (xml: string): unknown =>
  new XmlShapeDeserializer({ ...settings, xmlNamespace: "", serviceNamespace: "" }).read(ANY_SHAPE, xml);

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => ENTITIES[one] ?? one);

const names = fc.constantFrom("member", "Arn", "Tags", "Key", "xs:any", "a-b.c_d");
const texts = fc.oneof(
  fc.string({ unit: "grapheme" }).map(escaped),
  fc.constantFrom("", " ", " padded ", "\n", "two\r\nlines", "&#65;&#x1f;&apos;", "<![CDATA[<raw> & ]]>tail"),
);
const beside = fc.constantFrom("", "\n  ", "<!-- said <b>aside</b> -->", "<?pi?>");

/** Elements in elements, or text. */
const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc.oneof(
    { depthSize: "small" },
    names.map((name) => `<${name}/>`),
    fc.tuple(names, tie("content")).map(([name, content]) => `<${name}>${content}</${name} >`),
  ),
  content: fc.oneof(
    texts,
    fc
      .array(fc.tuple(beside, tie("element"), beside), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.flat().join("")),
  ),
}));

describe("XML of AWS's query services", () => {
  it("is read as the SDK reads it", () => {
    const law = fc.property(fc.array(element, { minLength: 1, maxLength: 5 }), (elements) => {
      const xml = `<?xml version="1.0"?>\n<Response>${elements.join("\n")}</Response>`;
      expect(readXml(xml)).toEqual(bySdk(xml));
    });
    fc.assert(law, { numRuns: 500 });
  });

  it("may have elements named as what objects have by themselves", () => {
    const read = readXml("<a><constructor>b</constructor><__proto__>c</__proto__><toString/></a>");
    expect(Object.entries(read)).toEqual([
      ["constructor", "b"],
      ["__proto__", "c"],
      ["toString", ""],
    ]);
  });

  it("has its attributes ignored", () => {
    expect(readXml(`<a xmlns="https://x/" b='>"'><c d = "/>"/><c e="">f</c></a>`)).toEqual({ c: ["", "f"] });
  });

  test.each([
    ["nothing", ""],
    ["text alone", "hello"],
    ["a page of HTML", "<!DOCTYPE html><html><body>Log in<br></body></html>"],
    ["an element without end", "<a><b>c</b>"],
    ["elements that cross", "<a><b></a></b>"],
    ["an end alone", "</a>"],
    ["a comment without end", "<a><!-- </a>"],
    ["raw text without end", "<a><![CDATA[b</a>"],
    ["an attribute without value", "<a b></a>"],
  ])("%s is none", (_, text) => {
    expect(() => readXml(text)).toThrow(SyntaxError);
  });
});
