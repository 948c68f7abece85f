import { expect, it } from "vitest";
import { messagesDocument, textsIn } from "./messages-document.ts";

it("docs/messages.md has every text of the sources", async () => {
  await expect(messagesDocument()).toMatchFileSnapshot("../../docs/messages.md");
});

it.each([
  ['const a = "role not found";', ["role not found"]],
  ["say(`  role '${name}' not found`);", ["role '{name}' not found"]],
  [
    "say(line`${color.red('not found: ')} ${one ? `the role ${x}` : 'a b'}`);",
    ["not found:", "the role {x}", "a b"],
  ],
  ['const a = "one " + "and two";', ["one and two"]],
  ["const a = `one\n  two  \n`;", ["one\n  two"]],
  ['import { a } from "a b";\ntype A = "a b";\n// a b\nconst b = "word";', []],
  ['const a = { title: "a b", list: ["c d", "a b"] } as const satisfies Row;', ["a b", "c d"]],
])("%s has %j", (source, texts) => {
  expect(textsIn(source).filter((text) => !text.includes("{…}"))).toEqual(expect.arrayContaining(texts));
  expect(textsIn(source).filter((text) => !text.includes("{…}"))).toHaveLength(texts.length);
});
