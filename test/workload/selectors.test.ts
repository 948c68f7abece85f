import { expect, it } from "vitest";
import { selects } from "../../src/workload/selectors.ts";

const LABELS = { app: "cart", tier: "web" };

it.each([
  ["everything", {}, [], true],
  ["a label that is so", { app: "cart" }, [], true],
  ["a label that is otherwise", { app: "till" }, [], false],
  ["In", {}, [{ key: "app", operator: "In", values: ["till", "cart"] }], true],
  ["In, of what is absent", {}, [{ key: "zone", operator: "In", values: ["a"] }], false],
  ["NotIn", {}, [{ key: "app", operator: "NotIn", values: ["cart"] }], false],
  ["NotIn, of what is absent", {}, [{ key: "zone", operator: "NotIn", values: ["a"] }], true],
  ["Exists", {}, [{ key: "tier", operator: "Exists", values: [] }], true],
  ["DoesNotExist", {}, [{ key: "tier", operator: "DoesNotExist", values: [] }], false],
  ["an operator that there is not", {}, [{ key: "tier", operator: "Like", values: ["*"] }], false],
  ["all of several", { app: "cart" }, [{ key: "zone", operator: "Exists", values: [] }], false],
])("selects by %s", (_name, matchLabels, matchExpressions, selected) => {
  expect(selects({ matchLabels, matchExpressions }, LABELS)).toBe(selected);
});
