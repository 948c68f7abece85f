import { describe, expect, it } from "vitest";
import { withGrant } from "../../../src/model/trust-policy/grant.ts";
import { decodePolicyDocument, parsePolicyDocument } from "../../../src/model/trust-policy/parse.ts";
import { GRANT } from "./fixtures.ts";

const document = withGrant(undefined, GRANT);
const json = JSON.stringify(document, undefined, 2);

describe("parsePolicyDocument", () => {
  it("gives back what it reads", () => {
    expect(parsePolicyDocument(json, "trust")).toEqual({ ok: true, document });
  });

  it("says that a text is not JSON", () => {
    const parsed = parsePolicyDocument("{", "trust");
    expect(parsed).toMatchObject({ ok: false, problems: [{ path: "" }] });
    expect(!parsed.ok && parsed.problems[0]?.message).toBe("is not valid JSON (line 1, column 2)");
  });

  it("tells what is wrong with the shape", () => {
    expect(parsePolicyDocument(json, "identity")).toMatchObject({ ok: false });
  });
});

describe("decodePolicyDocument", () => {
  it("reads a document URL-encoded, as IAM gives it, and plain", () => {
    expect(decodePolicyDocument(encodeURIComponent(json))).toEqual(document);
    expect(decodePolicyDocument(` ${json}`)).toEqual(document);
  });

  it("leaves percent signs in a plain document alone", () => {
    expect(decodePolicyDocument(' {"Id":"100%25","Statement":[]}')).toMatchObject({ Id: "100%25" });
  });

  it.each(["", "%", "[]", "null"])("throws at %o", (text) => {
    expect(() => decodePolicyDocument(text)).toThrow(Error);
  });
});
