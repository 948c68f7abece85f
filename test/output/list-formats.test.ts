import { describe, expect, it } from "vitest";
import { columnRows, parseColumns } from "../../src/output/custom-columns.ts";
import { parseListFormat, type ListShape } from "../../src/output/list-formats.ts";

const SHAPE: ListShape = { items: "pods", name: "{.ns}/{.name}", wide: "NS:.ns,NAME:.name" };
const RESULT = {
  pods: [
    { ns: "shop", name: "cart", roles: ["a", "b"], node: null },
    { ns: "search", name: "a-long-name", roles: [] },
  ],
};

function written(format: string, headers = true): string | undefined {
  const writer = parseListFormat(format, SHAPE);
  if (writer === undefined) return undefined;
  return writer.ok ? String(writer.value(RESULT, headers)) : writer.problem;
}

/** As `kubectl get -o custom-columns` lays them out. */
describe("columns", () => {
  it.each([
    ["NAME:.name,NS:.ns", "NAME          NS\ncart          shop\na-long-name   search\n"],
    ["NS:{.ns},N:{name}", "NS       N\nshop     cart\nsearch   a-long-name\n"],
    ["R:roles[*],NODE:.node", "R        NODE\na,b      <none>\n<none>   <none>\n"],
    ["X:.name", "X\ncart\na-long-name\n"],
    ["A:.none,B:.ns", "A        B\n<none>   shop\n<none>   search\n"],
    ["NAME", "'NAME' is not a valid column; use HEADER:.path"],
    ["NAME:", "'NAME:' is not a valid column; use HEADER:.path"],
    ["NAME:.a[", "column 'NAME:.a[': '[' is not closed (position 3)"],
    ["A:.b,", "'' is not a valid column; use HEADER:.path"],
  ])("%s", (spec, text) => {
    expect(written(`custom-columns=${spec}`)).toBe(text);
  });

  it("without headers", () => {
    expect(written("custom-columns=NAME:.name", false)).toBe("cart\na-long-name\n");
    expect(written("wide", false)).toBe("shop     cart\nsearch   a-long-name\n");
  });

  it("are at least 6 wide with their gap, as kubectl's", () => {
    const columns = parseColumns("A:.a,B:.b");
    expect(columns.ok && columnRows(columns.value, [{ a: 1, b: 2 }], true)).toEqual(["A     B", "1     2"]);
  });

  it("what others wrote stays in its line", () => {
    const columns = parseColumns("A:.a");
    const rows = columns.ok ? columnRows(columns.value, [{ a: "x\n\u001b[2J" }], false) : [];
    expect(rows).toEqual([String.raw`x\n\u001b[2J`]);
  });
});

describe("a format", () => {
  it.each([
    ["name", "shop/cart\nsearch/a-long-name\n"],
    ["wide", "NS       NAME\nshop     cart\nsearch   a-long-name\n"],
    ["jsonpath={.pods[*].name}", "cart a-long-name"],
    ["jsonpath={.pods[?(@.ns=='shop')].name}", "cart"],
    ["jsonpath", "has no TEMPLATE; use jsonpath=TEMPLATE"],
    ["jsonpath=", "has no TEMPLATE; use jsonpath=TEMPLATE"],
    ["custom-columns", "has no SPEC; use custom-columns=SPEC"],
    ["name=x", undefined],
    ["toString", undefined],
    ["go-template={{.x}}", undefined],
  ])("%s", (format, text) => {
    expect(written(format)).toBe(text);
  });

  it("no line of it is a command of a CI runner", () => {
    const writer = parseListFormat("jsonpath={range .pods[*]}{.name}{'\\n'}{end}", SHAPE);
    const result = { pods: [{ name: "::add-mask::x" }, { name: "##[error]" }] };
    expect(writer?.ok === true && String(writer.value(result, true))).toBe(
      "\\u003a:add-mask::x\n\\u0023#[error]\n",
    );
  });

  it("several names of an item", () => {
    const writer = parseListFormat("name", { ...SHAPE, name: "pod/{.ns}/", names: ".roles[*]" });
    expect(writer?.ok === true && String(writer.value(RESULT, true))).toBe("pod/shop/a\npod/shop/b\n");
  });
});
