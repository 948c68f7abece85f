import { expect } from "vitest";
import { isPrintable } from "../../src/model/printable.ts";
import { parseSelector } from "../../src/model/label-selector.ts";
import { parseListFormat } from "../../src/output/list-formats.ts";
import { SERVICE_ACCOUNTS } from "../../src/output/list-shapes.ts";
import { FORGED, FORGERIES, HONEST } from "../fakes/forgeries.ts";
import { attack } from "./attack.ts";

const FORMATS = [
  "name",
  "wide",
  "custom-columns=A:.audience,R:.role,ALL:.*",
  `jsonpath={range .serviceAccounts[*]}{.audience}{"\\n"}{.role}{"\\n"}{end}`,
  `jsonpath={range .serviceAccounts[*]}{"\\r"}{.audience}{"\\r\\n"}{.role}{"\\t"}{end}`,
  "jsonpath={.serviceAccounts[*]}",
  "jsonpath={..}",
  `jsonpath={range .serviceAccounts[*]}{"\\r"}{.audience}{"#"}{.audience}{":"}{.audience}{"\\n"}{end}`,
];

/** Fails if a value makes a line, steers a terminal or is a command of a runner; line ends and tabs are the template's. */
function expectHarmless(text: string): void {
  const lines = text.split(/[\r\n\t]/);
  expect(lines.filter((one) => !isPrintable(one) || /^\s*::/.test(one) || one.startsWith(FORGED))).toEqual(
    [],
  );
}

/** What a format writes of a list of one, in which all that others may write is the value. */
function shownIn(format: string, value: string): string {
  return writtenOf(format, {
    serviceAccounts: [
      { serviceAccount: { namespace: value, name: value }, audience: value, role: value, [value]: [value] },
    ],
  });
}

for (const format of FORMATS)
  attack("cluster tenant", `M3 variant: a value speaks through -o ${format}`, {
    attack: () => {
      for (const value of FORGERIES) expectHarmless(shownIn(format, value));
    },
    twin: () => {
      for (const value of HONEST) expect(shownIn(format, value).replaceAll("\\\\", "\\")).toContain(value);
    },
  });

function writtenOf(format: string, result: object): string {
  const writer = parseListFormat(format, SERVICE_ACCOUNTS);
  if (writer?.ok !== true) throw new Error(writer?.problem ?? "not a format");
  return String(writer.value(result, true));
}

/** What a format writes of a list of so many. */
function written(format: string, items: number): string {
  return writtenOf(format, {
    serviceAccounts: Array.from({ length: items }, (_, at) => ({ role: `role-${at}`, policies: ["a", "b"] })),
  });
}

attack("pull-request author", "L1: a template that a pipeline passes to -o never ends, or takes all memory", {
  attack: () => {
    const many = `${"*,".repeat(20_000)}*`;
    for (const format of [
      `jsonpath={.serviceAccounts[${many}].role}`,
      `jsonpath={range .serviceAccounts[${many}]}x{end}`,
      `jsonpath={range .serviceAccounts[*]}{range .policies[${many}]}{end}{end}`,
      `jsonpath={.serviceAccounts[?(@.policies[${many}])]}`,
    ])
      expect(() => written(format, 1000)).toThrow("the output template visits more than 5,000,000 values");
    const text = "x".repeat(1_000_000);
    expect(() => written(`jsonpath={range .serviceAccounts[*]}${text}{end}`, 1000)).toThrow(
      "the output template writes more than 100,000,000 characters",
    );
    for (const depth of [33, 20_000]) {
      const nested = `jsonpath=${"{range .a}".repeat(depth)}${"{end}".repeat(depth)}`;
      expect(() => written(nested, 1)).toThrow("more than 32 ranges inside each other (position 321)");
    }
  },
  twin: () => {
    expect(written("jsonpath={..role}", 12_000).split(" ")).toHaveLength(12_000);
    expect(written("jsonpath={.serviceAccounts[*]['role','policies']}", 1)).toBe('role-0 ["a","b"]');
    const nested = `${"{range $}".repeat(32)}x${"{end}".repeat(32)}`;
    expect(written(`jsonpath=${nested}${nested}`, 1)).toBe("xx");
  },
});

attack("pull-request author", "L1 variant: a selector that a pipeline passes to -l takes minutes to read", {
  attack: () => {
    // Its time is not asserted: what took minutes would run into the time limit of a test.
    for (const part of ["a,", "a in (b,", "a in (b),", "(", ")", "(),"]) {
      const parsed = parseSelector(`${part.repeat(60_000)}x`);
      expect(parsed.ok).toBe(part === "a," || part === "a in (b),");
    }
  },
  twin: () => {
    expect(parseSelector("a in (b,c),d notin (e,f),!g,h=i").ok).toBe(true);
  },
});

attack("pull-request author", "L1 variant: a selector leads to another request of the API", {
  attack: () => {
    for (const text of [
      "app=web&watch=true",
      "app=web?dryRun=All",
      "app=web#",
      "../../secrets",
      "app=web/../../secrets",
      "app=%26watch",
      "app=web\r\nHost: evil",
      "app\u0000=web",
      "app=\u202Ebew",
    ])
      expect(parseSelector(text).ok).toBe(false);
  },
  twin: () => {
    for (const text of ["app=web", "example.com/team in (a, b)", "!example.com/old"])
      expect(parseSelector(text)).toEqual({ ok: true, value: text });
  },
});
