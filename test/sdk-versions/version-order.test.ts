import { expect, it } from "vitest";
import * as fc from "fast-check";
import { orderAgainst } from "../../src/sdk-versions/version-order.ts";

it.each([
  ["1.34.40", "pypi", "older"],
  ["1.34.41", "pypi", "not-older"],
  ["v1.34.41", "golang", "not-older"],
  ["1.34.100", "npm", "not-older"],
  ["1.34", "pypi", "older"],
  ["2", "pypi", "not-older"],
  ["1.34.41.0", "nuget", "not-older"],
  ["1.34.41rc1", "pypi", "older"],
  ["1.34.41.dev3", "pypi", "older"],
  ["1.34.41.post1", "pypi", "not-older"],
  ["1.34.41+local.1", "pypi", "not-older"],
  ["1.34.41-beta.1", "npm", "older"],
  ["1.34.41-0.20240101000000-0123456789ab", "golang", "older"],
  ["1.34.41+incompatible", "golang", "not-older"],
  ["1.34.41-SNAPSHOT", "maven", "older"],
  ["1.34.41.Final", "maven", "not-older"],
  ["1.34.41-1", "maven", "not-older"],
  ["1.34.41.pre", "gem", "older"],
  ["1.34.41-preview.2", "nuget", "older"],
  ["1.34.41-RC1", "composer", "older"],
  ["1.34.41+dfsg-1", "deb", "not-older"],
  ["1:1.34.41~rc1-1", "deb", "older"],
  ["2:1.34.40-1", "deb", "older"],
  ["1.34.41-r0", "apk", "not-older"],
  ["1.34.41_rc1-r0", "apk", "older"],
  ["dev-main", "composer", "unknown"],
  ["latest", "npm", "unknown"],
  ["", "npm", "unknown"],
] as const)("%s (%s) is %s than 1.34.41", (version, type, order) => {
  expect(orderAgainst(version, "1.34.41", type)).toBe(order);
});

it("orders plain numbers as numbers, whatever the type", () => {
  const numbers = fc.array(fc.nat(2000), { minLength: 3, maxLength: 3 });
  const type = fc.constantFrom("npm", "pypi", "golang", "maven", "gem", "cargo", "composer", "nuget", "deb");
  fc.assert(
    fc.property(numbers, numbers, type, (left, right, of) => {
      const byNumber = left.reduce((order, one, i) => order || one - (right[i] ?? 0), 0);
      const order = orderAgainst(left.join("."), right.join("."), of);
      expect(order).toBe(byNumber < 0 ? "older" : "not-older");
    }),
  );
});
