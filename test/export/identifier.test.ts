import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attachmentIdentifier,
  identifierOf,
  inlineIdentifier,
  kebabCase,
  pascalCase,
  snakeCase,
} from "../../src/export/identifier.ts";
import { aServiceAccount, CLOUDWATCH, S3_READ } from "../fakes/values.ts";
import { anAssociation, aRole } from "./a-model.ts";

describe("an identifier", () => {
  it("is one in every language, whatever the name", () => {
    assert(
      property(string({ unit: "binary" }), (name) => {
        const identifier = identifierOf(aRole({ name }));
        expect(snakeCase(identifier)).toMatch(/^[a-z][a-z0-9_]{0,63}$/);
        expect(kebabCase(identifier)).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
        expect(pascalCase("role", identifier)).toMatch(/^Role[A-Za-z0-9]{1,64}$/);
      }),
    );
  });

  it.each([
    ["a-b", "a_b"],
    ["a.b", "a-b"],
    ["x".repeat(60), `${"x".repeat(60)}y`],
    ["@", "+"],
  ])("tells %s from %s", (one, other) => {
    const named = (name: string) => snakeCase(identifierOf(aRole({ name })));
    expect(named(one)).not.toBe(named(other));
  });

  it("is the same for a role's name in another case: IAM has one role of both", () => {
    expect(identifierOf(aRole({ name: "Cart" })).digest).toBe(identifierOf(aRole({ name: "cart" })).digest);
  });

  it("tells an association from the ServiceAccount, and a role's policies from each other", () => {
    const serviceAccount = aServiceAccount("shop/cart");
    const all = [
      identifierOf(anAssociation({ serviceAccount })),
      identifierOf({ kind: "serviceAccount", serviceAccount, labels: {}, annotations: {} }),
      attachmentIdentifier(aRole(), CLOUDWATCH),
      attachmentIdentifier(aRole(), S3_READ),
      attachmentIdentifier(aRole({ name: "other" }), S3_READ),
      inlineIdentifier(aRole(), "a"),
      inlineIdentifier(aRole(), "A"),
    ];
    expect(new Set(all.map(({ digest }) => digest)).size).toBe(all.length);
  });
});
