import * as fc from "fast-check";
import { expect, it } from "vitest";
import { awsWords } from "../../src/model/aws-words.ts";

it.each([
  ["OpenIDConnectProviderArn", "--open-id-connect-provider-arn"],
  ["ClientID", "--client-id"],
  ["clusterName", "--cluster-name"],
  ["PolicyDocument", "--policy-document"],
])("the flag of %s is %s", (parameter, flag) => {
  expect(awsWords(["iam", "x"], { [parameter]: "value" }, ["--profile", "p"])).toEqual([
    "aws",
    "iam",
    "x",
    flag,
    "value",
    "--profile",
    "p",
  ]);
});

/** What the AWS CLI makes of the words: the parameters' values, and the files that it would read. */
function read(words: readonly string[]): { readonly values: string[]; readonly loaded: string[] } {
  const values: string[] = [];
  const loaded: string[] = [];
  const flags = words.slice(3).flatMap((word) => /^(--[a-z-]+)=(.*)$/s.exec(word)?.slice(1) ?? [word]);
  for (let at = 0; at < flags.length; at += 2) {
    const value = flags[at + 1] ?? "";
    if (flags[at] === "--cli-input-json")
      values.push(...Object.values(JSON.parse(value) as object).map(String));
    else if (/^(?:fileb?|https?):\/\//.test(value)) loaded.push(value);
    else values.push(value);
  }
  return { values, loaded };
}

it("the AWS CLI gets every value as it is, and loads the given files alone", () => {
  const value = fc.tuple(
    fc.constantFrom("", "file://", "fileb://", "http://", "https://", "--"),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.array(
        value.map((parts) => parts.join("")),
        { maxLength: 4 },
      ),
      (values) => {
        const parameters = Object.fromEntries(values.map((one, at) => [`P${"x".repeat(at + 1)}`, one]));
        const words = awsWords(["iam", "put"], { ...parameters, Document: { file: "policy.json" } });
        const found = read(words);
        expect(found.loaded).toEqual(["file://policy.json"]);
        expect(found.values.toSorted()).toEqual(values.toSorted());
      },
    ),
  );
});
