import { describe, expect, it } from "vitest";
import type { Remedy } from "../../src/model/remedy.ts";
import { fixJson } from "../../src/output/json-forms.ts";
import { remedyLines, remedyText } from "../../src/output/remedy-text.ts";
import { shownLines } from "../fakes/shown.ts";

const lines = shownLines(remedyLines);
const VERIFY = ["irsa", "verify", "my cart"] as const;
const ACCEPT = ["irsa", "associate-oidc", "--audience", "a;b"] as const;

/** A remedy with its lines, its text in a few words, and its JSON. */
const REMEDIES: readonly (readonly [string, Remedy, readonly string[], string, object])[] = [
  [
    "a sentence",
    { kind: "advice", text: "Do it" },
    ["  Do it"],
    "Do it",
    { kind: "advice", text: "Do it", argv: null, note: null, byFix: false, otherwise: null },
  ],
  [
    "a sentence with a command to complete",
    { kind: "advice", text: "Look first:", command: VERIFY },
    ["  Look first:", "      irsa verify 'my cart'"],
    "Look first: irsa verify 'my cart'",
    {
      kind: "advice",
      text: "Look first: irsa verify 'my cart'",
      argv: VERIFY,
      note: null,
      byFix: false,
      otherwise: null,
    },
  ],
  [
    "a command",
    { kind: "command", command: VERIFY, byFix: true },
    ["  To fix it:", "      irsa verify 'my cart'"],
    "irsa verify 'my cart'",
    {
      kind: "command",
      text: "irsa verify 'my cart'",
      argv: VERIFY,
      note: null,
      byFix: true,
      otherwise: null,
    },
  ],
  [
    "a command with another way",
    {
      kind: "command",
      command: VERIFY,
      note: "Look first:",
      otherwise: { note: "To accept it:", command: ACCEPT },
    },
    [
      "  Look first:",
      "      irsa verify 'my cart'",
      "  To accept it:",
      "      irsa associate-oidc --audience 'a;b'",
    ],
    "irsa verify 'my cart'",
    {
      kind: "command",
      text: "irsa verify 'my cart'",
      argv: VERIFY,
      note: "Look first:",
      byFix: false,
      otherwise: { text: "irsa associate-oidc --audience 'a;b'", argv: ACCEPT, note: "To accept it:" },
    },
  ],
];

describe("what fixes a problem", () => {
  it.each(REMEDIES)("%s: as lines, each command alone on its own", (_, remedy, shown) => {
    expect(lines(remedy)).toEqual(shown);
  });

  it.each(REMEDIES)("%s: in a few words", (_, remedy, _lines, text) => expect(remedyText(remedy)).toBe(text));

  it.each(REMEDIES)("%s: in JSON, quoted and as words", (_, remedy, _lines, _text, json) => {
    expect(fixJson(remedy)).toEqual(json);
  });
});
