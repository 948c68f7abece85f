import { describe, expect, it } from "vitest";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import { allow, call, policy } from "./fixtures.ts";

/** What the operators that know an order make of a value below the policy's, the same, and above. */
const ORDERED: Readonly<Record<string, readonly [below: boolean, same: boolean, above: boolean]>> = {
  Equals: [false, true, false],
  NotEquals: [true, false, true],
  LessThan: [true, false, false],
  LessThanEquals: [true, true, false],
  GreaterThan: [false, false, true],
  GreaterThanEquals: [false, true, true],
};

const KEY = "sts:Thing";

/** What a role trusts whose policy has this condition, for a request with this value. */
function verdict(operator: string, expected: string, actual: string): string {
  const document = policy(allow({ [operator]: { [KEY]: expected } }));
  return evaluateTrust(document, call({ facts: { [KEY]: actual } })).verdict;
}

/** Source: IAM User Guide, "Condition operators". */
describe.each(Object.entries(ORDERED))("%s", (stem, [below, same, above]) => {
  const answer = (holds: boolean) => (holds ? "allow" : "deny");

  it.each([
    ["10", "9", "10.00", "11"],
    ["10.25", "-11", "+10.25", "10.26"],
    ["-0.5", "-1", "-0.50", "0"],
    ["1577836800.5", "1577836800.25", "1577836800.50", "1577836800.75"],
  ])("orders numbers around %s", (expected, less, equal, more) => {
    expect(verdict(`Numeric${stem}`, expected, less)).toBe(answer(below));
    expect(verdict(`Numeric${stem}`, expected, equal)).toBe(answer(same));
    expect(verdict(`Numeric${stem}`, expected, more)).toBe(answer(above));
  });

  it.each([
    ["2020", "2019-12-31T23:59:59Z", "2020-01-01T00:00:00Z", "2020-01-01T00:00:01Z"],
    ["2020-02", "2020-01-31", "2020-02-01", "2020-02-02"],
    ["2020-02-03", "2020-02-02", "2020-02-03T00:00Z", "2020-02-03T00:01Z"],
    ["2020-02-03T10:00+02:30", "2020-02-03T07:29Z", "2020-02-03T07:30Z", "2020-02-03T07:31Z"],
    [
      "2020-02-03T10:00:00-01:15",
      "2020-02-03T11:14:59.999Z",
      "2020-02-03T11:15:00.000Z",
      "2020-02-03T11:15:00.001Z",
    ],
    ["1577836800", "2019-12-31T23:59:59.999Z", "2020-01-01", "2020-01-01T00:00:00.001Z"],
    ["2020-01-01T00:00:00.25Z", "1577836800.2", "1577836800.25", "1577836800.3"],
  ])("orders points in time around %s", (expected, less, equal, more) => {
    expect(verdict(`Date${stem}`, expected, less)).toBe(answer(below));
    expect(verdict(`Date${stem}`, expected, equal)).toBe(answer(same));
    expect(verdict(`Date${stem}`, expected, more)).toBe(answer(above));
  });
});

/** What is not of the operator's type compares neither way: nothing in IAM's documentation says what comes of it. */
describe("a value in the request that is not of the operator's type", () => {
  it.each([
    ["NumericEquals", "10", "ten"],
    ["NumericNotEquals", "10", "10x"],
    ["NumericLessThan", "10", "x9"],
    ["NumericLessThanEquals", "10", "1.5.2"],
    ["DateLessThan", "2020-01-01", "yesterday"],
    ["DateEquals", "2020-01-01", "2020-1-1"],
    ["DateGreaterThan", "2020-01-01", "x2021-01-01"],
    ["DateGreaterThan", "2020-01-01", "2021-01-01T00:00Zx"],
    ["DateGreaterThan", "2020-01-01", "2021-01-01T00:00"],
    ["DateGreaterThan", "2020-01-01", "2021-13-01"],
    ["Bool", "false", "no"],
    ["BinaryEquals", "QUJD", "QUI"],
    ["IpAddress", "0.0.0.0/0", "localhost"],
    ["NotIpAddress", "10.0.0.0/8", "11.0.0.0/8"],
  ])("leaves open whether %s %s holds of %s", (operator, expected, actual) => {
    expect(verdict(operator, expected, actual)).toBe("conditional");
  });
});

/** A policy value that IAM would have refused: what it makes of one that is there, nobody documents. */
describe("a value in the policy that the operator can make nothing of", () => {
  it.each([
    ["NumericNotEquals", "x1"],
    ["NumericNotEquals", "1x"],
    ["NumericNotEquals", "*1"],
    ["NumericNotEquals", "1."],
    ["NumericNotEquals", ""],
    ["DateNotEquals", "2020-01-01x"],
    ["DateNotEquals", "x2020-01-01"],
    ["DateNotEquals", "2020-01-01T10:00:00.+01:00"],
    ["BinaryEquals", "QUJ"],
    ["BinaryEquals", "QUJDx"],
    ["BinaryEquals", "xQUJD="],
    ["BinaryEquals", "Q==="],
    ["BinaryEquals", "***="],
    ["NotIpAddress", "10.0.0.0/33"],
    ["NotIpAddress", "10.0.0.0/-1"],
    ["NotIpAddress", "10.0.0.0/8.5"],
    ["NotIpAddress", "10.0.0.0/x"],
    ["NotIpAddress", "10.0.0.0/"],
    ["NotIpAddress", "10.0.0.0/8/8"],
    ["NotIpAddress", "2001:db8::/129"],
    ["NotIpAddress", "/8"],
    ["ArnNotLike", "arn:aws:iam::x"],
  ])("admits nobody for certain: %s %s", (operator, expected) => {
    // Without the key, every statement with IfExists applies that can be read.
    const document = policy(allow({ [`${operator}IfExists`]: { [KEY]: expected } }));
    expect(evaluateTrust(document, call({ facts: { [KEY]: [] } })).verdict).toBe("conditional");
  });
});

/** Source: RFC 4632, RFC 4291; RFC 4648. */
describe("ranges and bytes", () => {
  it.each([
    ["every address", "0.0.0.0/0", "203.0.113.1", "2001:db8::1"],
    ["one address", "203.0.113.1/32", "203.0.113.1", "203.0.113.2"],
    ["one address without prefix", "203.0.113.1", "203.0.113.1", "203.0.113.0"],
    ["every IPv6 address", "::/0", "2001:db8::1", "203.0.113.1"],
    ["one IPv6 address", "2001:db8::1/128", "2001:DB8:0::1", "2001:db8::2"],
    ["an IPv6 range longer than any of IPv4", "2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"],
  ])("%s", (_name, range, inside, outside) => {
    expect([verdict("IpAddress", range, inside), verdict("NotIpAddress", range, inside)]).toEqual([
      "allow",
      "deny",
    ]);
    expect([verdict("IpAddress", range, outside), verdict("NotIpAddress", range, outside)]).toEqual([
      "deny",
      "allow",
    ]);
  });

  it.each([
    ["whole groups", "QUJDREVG", "QUJDREVG"],
    ["one byte at the end", "QUJDRA==", "QUJDRB=="],
    ["two bytes at the end", "QUJDREU=", "QUJDREV="],
    ["nothing", "", ""],
  ])("%s, whatever is in the bits that carry none", (_name, expected, actual) => {
    expect(verdict("BinaryEquals", expected, actual)).toBe("allow");
    expect(verdict("BinaryEquals", expected, "eHh4")).toBe("deny");
  });
});

/** Each component by itself. Source: IAM User Guide, "Condition operators" (ARN). */
describe("ArnLike", () => {
  it.each([
    ["a resource with colons", "arn:aws:logs:*:*:log-group:*:x", "arn:aws:logs:e:1:log-group:a:x", true],
    ["a resource whose colon is missing", "arn:aws:logs:::log:group", "arn:aws:logs:::loggroup", false],
    ["a colon that only the value has", "arn:aws:logs:::log", "arn:aws:logs:::log:group", false],
    ["a wildcard that would have to cross a colon", "arn:aws:*:x", "arn:aws:s3:::x", false],
    ["what goes on after the pattern", "arn:aws:s3:::x", "arn:aws:s3:::xy", false],
    ["what begins before the pattern", "arn:aws:s3:::x", "arn:aws:s3:::yx", false],
    ["every component", "*:*:*:*:*:*", "arn:aws:s3:e:1:x", true],
  ])("%s", (_name, pattern, value, holds) => {
    const holdsOf = (operator: string) => {
      const document = policy(allow({ [operator]: { [KEY]: pattern } }));
      return evaluateTrust(document, call({ facts: { [KEY]: value } })).verdict === "allow";
    };
    const readable = pattern.split(":").length >= 6;
    expect([holdsOf("ArnLike"), holdsOf("ArnEquals")]).toEqual([holds, holds]);
    expect([holdsOf("ArnNotLike"), holdsOf("ArnNotEquals")]).toEqual([
      readable && !holds,
      readable && !holds,
    ]);
  });

  // Whether it differs from an ARN is documented nowhere; what is not an ARN is like none.
  it.each([
    ["a value that is not an ARN", "*:*:*:*:*:*", "arn:aws:s3"],
    ["a pattern of fewer components by a variable", "${sts:Other}", "a:b::::"],
  ])("%s is like none, and differs from none for certain", (_name, pattern, value) => {
    const verdictOf = (operator: string) => {
      const document = policy(allow({ [operator]: { [KEY]: pattern } }));
      return evaluateTrust(document, call({ facts: { [KEY]: value, "sts:Other": "a:b" } })).verdict;
    };
    expect(["ArnLike", "ArnEquals", "ForAnyValue:ArnLike"].map(verdictOf)).toEqual(["deny", "deny", "deny"]);
    expect(["ArnNotLike", "ArnNotEquals", "ForAnyValue:ArnNotLike"].map(verdictOf)).toEqual([
      "conditional",
      "conditional",
      "conditional",
    ]);
  });
});
