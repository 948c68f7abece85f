import { expect, it } from "vitest";
import { counted } from "../../src/model/counted.ts";

it.each([
  [0, "role", "0 roles"],
  [1, "role", "1 role"],
  [2, "role", "2 roles"],
  [1, "policy", "1 policy"],
  [3, "inline policy", "3 inline policies"],
  [2, "key", "2 keys"],
  [2, "Ingress", "2 Ingresses"],
  [1, "wrong value", "1 wrong value"],
  [1234, "pod", "1234 pods"],
])("%d %s is %s", (count, noun, text) => {
  expect(counted(count, noun)).toBe(text);
});
