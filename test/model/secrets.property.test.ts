import * as fc from "fast-check";
import { expect, it } from "vitest";
import { handOut, keepSecret, withoutSecrets } from "../../src/model/secrets.ts";

it("what was told to be a secret leaves JSON to be parsed, whoever has chosen it", () => {
  const fragments = fc.constantFrom(
    ...String.raw`\ \\ " \" u0041 , : { } [ ] true 1 n`.split(" "),
    "\n",
    "\u0001",
    " ",
    "<SecretAccessKey>",
    "Signature=",
    "Bearer ",
    "https://",
    "@",
    "_authToken=",
    "abcdefghijkl",
    '": "',
    '",\n  "',
    '": 1,\n  "',
  );
  const texts = fc.array(fragments, { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, texts, fc.nat(20), (text, more, cut) => {
      const document = JSON.stringify({ text: `${text}${more}`, [more]: [text, 1, true, null] }, null, 2);
      const secrets = [text, more, document.slice(cut, cut + 30)];
      keepSecret(...secrets);
      expect(() => JSON.parse(withoutSecrets(document)) as unknown).not.toThrow();
      handOut(...secrets);
    }),
    { numRuns: 5_000, examples: [["\\\\", "1", 17]] },
  );
});
