import { describe, expect, it } from "vitest";
import { textOf } from "../../src/output/jsonpath/evaluate.ts";
import { parseTemplate } from "../../src/output/jsonpath/parse.ts";

function run(template: string, value: unknown): string {
  const parsed = parseTemplate(template);
  return parsed.ok ? textOf(parsed.value, value) : parsed.problem;
}

const TYPES = {
  bools: [true, false, true, false],
  integers: [1, 2, 3, 4],
  floats: [1, 2.2, 3.3, 4],
  strings: ["one", "two", "three", "four"],
  mixed: [true, "one", 1, 1.1],
  maps: [
    { name: "one", value: 1 },
    { name: "two", value: 2.02 },
    { name: "three", value: 3.03 },
    { name: "four", value: 4.04 },
  ],
};

const NODES = {
  kind: "List",
  items: [
    {
      kind: "None",
      metadata: { name: "127.0.0.1", labels: { "kubernetes.io/hostname": "127.0.0.1" } },
      status: {
        capacity: { cpu: "4" },
        ready: true,
        addresses: [{ type: "LegacyHostIP", address: "127.0.0.1" }],
      },
    },
    {
      kind: "None",
      metadata: { name: "127.0.0.2", labels: { "kubernetes.io/hostname": "127.0.0.2" } },
      status: {
        capacity: { cpu: "8" },
        ready: false,
        addresses: [
          { type: "LegacyHostIP", address: "127.0.0.2" },
          { type: "another", address: "127.0.0.3" },
        ],
      },
    },
  ],
  users: [
    { name: "myself", user: {} },
    { name: "e2e", user: { username: "admin", password: "secret" } },
  ],
};

const POINTS = [
  { id: "i1", x: 4, y: -5 },
  { id: "i2", x: -2, y: -5, z: 1 },
  { id: "i5", x: 0, y: 2, z: 1 },
  { id: "i7", x: null, y: 4 },
];

const PODS = {
  items: [
    {
      name: "pod1",
      containers: [
        { name: "foo", more: ["v1", "v2"] },
        { name: "bar", more: ["v1"] },
      ],
    },
    { name: "pod2", containers: [{ name: "baz", more: [] }] },
  ],
};

/** Most are of client-go's own tests (util/jsonpath/jsonpath_test.go). */
describe("a template gives what kubectl's does", () => {
  it.each<readonly [template: string, value: unknown, text: string]>([
    ["hello jsonpath", null, "hello jsonpath"],
    ["{ .bools }", TYPES, "[true,false,true,false]"],
    ["{ .bools[0] }", TYPES, "true"],
    ["{ .bools[-1] }", TYPES, "false"],
    ["{ .integers[0:2] }", TYPES, "1 2"],
    ["{ .integers[:2] }", TYPES, "1 2"],
    ["{ .integers[:4:2] }", TYPES, "1 3"],
    ["{ .integers[-2] }", TYPES, "3"],
    ["{ .floats }", TYPES, "[1,2.2,3.3,4]"],
    ["{ .floats[:4:2] }", TYPES, "1 3.3"],
    ["{ .strings }", TYPES, '["one","two","three","four"]'],
    ["{ .mixed }", TYPES, '[true,"one",1,1.1]'],
    ["{ .maps[0] }", TYPES, '{"name":"one","value":1}'],
    ["{ .maps[0:2] }", TYPES, '{"name":"one","value":1} {"name":"two","value":2.02}'],
    ["{ .maps[1::2].name }", TYPES, "two four"],
    ["{..}", [1, 2, 3], "[1,2,3]"],
    ["{[?(@<5)]}", [2, 6, 3, 7], "2 3"],
    ['{"{"}', null, "{"],
    ["{[1,3,4]}", [0, 1, 2, 3, 4], "1 3 4"],
    ["{[0:2]}", ["Monday", "Tuesday"], "Monday Tuesday"],
    ["{$.labels.web/html}", { labels: { "web/html": 15 } }, "15"],
    ["{.labels.k8s-app}", { labels: { "k8s-app": 20 } }, "20"],
    [
      `{range .b[*]}{ "{" }{ @.* }{ "} " }{end}`,
      {
        b: [
          { c: "red", n: true },
          { c: "green", n: false },
        ],
      },
      "{red true} {green false} ",
    ],
    ["{..price}", { a: [{ price: 1 }], price: 2 }, "2 1"],
    ["{...price}", { a: [{ price: 1 }], price: 2 }, "2 1"],
    ["{.b[-1:]}", { b: [1, 2] }, "2"],
    [
      "{.b[?(@.new==true)].c}",
      {
        b: [
          { c: "red", new: true },
          { c: "green", new: false },
        ],
      },
      "red",
    ],
    ["{.hello}", {}, ""],
    ["before-{.hello}after", {}, "before-after"],
    ["{[?(@.z)].id}", POINTS, "i2 i5"],
    ["{[0]['id']}", POINTS, "i1"],
    ["{[-1]['x']}", POINTS, "null"],
    ["{range .items[*]}{.metadata.name}, {end}{.kind}", NODES, "127.0.0.1, 127.0.0.2, List"],
    [String.raw`{range .items[*]}{.metadata.name}{"\t"}{end}`, NODES, "127.0.0.1\t127.0.0.2\t"],
    [String.raw`{range .items[*]}{.metadata.name}{'\n'}{end}`, NODES, "127.0.0.1\n127.0.0.2\n"],
    ["{.items[*].status.addresses[*].address}", NODES, "127.0.0.1 127.0.0.2 127.0.0.3"],
    [
      "{range .items[*]}{range .status.addresses[*]}{.address}, {end}{end}",
      NODES,
      "127.0.0.1, 127.0.0.2, 127.0.0.3, ",
    ],
    ["{.items[*].metadata.name}", NODES, "127.0.0.1 127.0.0.2"],
    ["{.items[*]['metadata.name', 'status.capacity']}", NODES, '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}'],
    [
      "{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}",
      NODES,
      '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] ',
    ],
    ['{.users[?(@.name=="e2e")].user.password}', NODES, "secret"],
    ["{.users[?(@.name=='e2e')].user.password}", NODES, "secret"],
    [String.raw`{.items[0].metadata.labels.kubernetes\.io/hostname}`, NODES, "127.0.0.1"],
    [String.raw`{.items[?(@.metadata.labels.kubernetes\.io/hostname=="127.0.0.1")].kind}`, NODES, "None"],
    ["{.items[?(@..ready==true)].metadata.name}", NODES, "127.0.0.1"],
    ["{range .items[*]}{.metadata.name}{end}", { items: [] }, ""],
    [
      "{range .items[*]}{.name}{':'}{range @.containers[*]}{.name}{','}{end}{'+'}{end}",
      PODS,
      "pod1:foo,bar,+pod2:baz,+",
    ],
    [
      "{range .items[*]}{.name}~{range @.containers[*]}{.name}:{range @.more[*]}{@},{end}+{end}#{end}",
      PODS,
      "pod1~foo:v1,v2,+bar:v1,+#pod2~baz:+#",
    ],
    ["{[0:0].id}", POINTS, ""],
    ["{[0:-1].id}", POINTS, "i1 i2 i5"],
    ['{[?(@.id!="i1")].id}', POINTS, "i2 i5 i7"],
    ["{[?(@.y>=2)].id}", POINTS, "i5 i7"],
    ["{[?(@.y>-5)].id}", POINTS, "i5 i7"],
    [`{[?(@.id==")")].id}`, [{ id: ")" }], ")"],
    // A null equals nothing, where kubectl gives up.
    ["{[?(@.x==0)].id}", POINTS, "i5"],
  ])("%s", (template, value, text) => {
    expect(run(template, value)).toBe(text);
  });
});

describe("what is not understood is reported with its position", () => {
  it.each([
    ["{.items", "'{' is not closed (position 1)"],
    ["a{.items", "'{' is not closed (position 2)"],
    ["{.a\n}", "'{' is not closed (position 1)"],
    ["{range .a[*]}{.b}", "{range …} without {end} (position 1)"],
    ["{.a}{end}", "{end} without {range …} (position 5)"],
    ["{items}", "'items' is not range or end; a field begins with a dot: .items (position 2)"],
    ["{.a[0}", "'[' is not closed (position 4)"],
    ["{.a[x]}", "'[x]' is not supported; use [0], [0:2], [*], ['name'] or [?(…)] (position 4)"],
    ["{.a[::0]}", "the step of a slice must be greater than 0 (position 4)"],
    ["{.a[?(@.b==1]}", "'[?(' is not closed (position 4)"],
    ["{.a[?(@.b==1)}", "a filter ends with ')]' (position 4)"],
    ["{.a[?(@.b<>1)]}", "operator '<>' is not supported (position 10)"],
    ["{.a[?(@.b=1)]}", "operator '=' is not supported; use == (position 10)"],
    ["{.a[?(@.b==1 && @.c==2)]}", "'&&' is not supported in a filter (position 14)"],
    ['{"a}', "the quoted string is not closed (position 2)"],
    [String.raw`{"\q"}`, String.raw`escape '\q' is not supported (position 3)`],
    ["{....a}", "'..' after '..' (position 4)"],
    ["{1.2.3}", "'1.2.3' is not a number (position 2)"],
    ["{.a|b}", "{.a|b}"],
    ["{(a)}", "unexpected '(' (position 2)"],
  ])("%s: %s", (template, problem) => {
    expect(run(template, {})).toBe(problem === template ? "" : problem);
  });

  it.each([
    ["{.a[0]}", { a: "x" }, "a string is not a list (position 5)"],
    ["{.a[3]}", { a: [1] }, "index 3 is out of range: the list has 1 (position 5)"],
    ["{.a[?(@.b=='1')]}", { a: [{ b: 1 }] }, "a number can't be compared with a string (position 4)"],
    ["{.a[?(@..b==1)]}", { a: [{ b: 1, c: { b: 2 } }] }, "a filter can compare only one value at a time"],
  ])("%s of %o: %s", (template, value, problem) => {
    expect(() => run(template, value)).toThrow(`the output template does not fit: ${problem}`);
  });
});

it("what others wrote is printable, and what the template says stays", () => {
  expect(run(String.raw`{.a}{"\n"}`, { a: "x\n\u001b[31m\u202e" })).toBe("x\\n\\u001b[31m\\u202e\n");
  expect(run("{.a}", { a: { b: "\u001b" } })).toBe(String.raw`{"b":"\u001b"}`);
  expect(run("{.__proto__}{.constructor}{.toString}", {})).toBe("");
});
