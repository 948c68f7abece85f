import { stylesOf } from "../../src/output/line.ts";
import { describe, expect, it } from "vitest";
import { Failure, type FailureDetail, type FailureKind } from "../../src/model/failure.ts";
import { mayWrite } from "../../src/program.ts";
import { Envelope } from "../../src/output/envelope.ts";
import { failureLines as failureLinesOf } from "../../src/output/failure-text.ts";
import { PLAIN, shownLines } from "../fakes/shown.ts";

const failureLines = shownLines(failureLinesOf);

const failure = (kind: FailureKind, detail: FailureDetail = {}) =>
  new Failure(kind, "aws-error", "it is so", detail);

describe("a failure as people read it", () => {
  it("says what is, the facts, that nothing was changed, what to do, and the command alone on its line", () => {
    const detail = {
      facts: [
        ["role", "arn:aws:iam::111122223333:role/x"],
        ["it trusts", ["one", "two"]],
      ],
      advice: ["Do this:", "or that:"],
      command: ["irsa", "create-sa", "--name", "my cart"],
    } as const;
    expect(failureLines(failure("refused", detail), PLAIN, true)).toEqual([
      "error: it is so",
      "  role       arn:aws:iam::111122223333:role/x",
      "  it trusts  one",
      "             two",
      "  No changes made.",
      "  Do this:",
      "  or that:",
      "      irsa create-sa --name 'my cart'",
    ]);
  });

  it("quotes flags as it does a command", () => {
    const detail = { advice: "Add:", flags: ["--role-name", "my role"] } as const;
    const shown = failureLines(failure("findings", detail), PLAIN, true);
    expect(shown.slice(1)).toEqual(["  Add:", "      --role-name 'my role'"]);
  });

  it.each<readonly [FailureKind, FailureDetail, boolean]>([
    ["refused", {}, true],
    ["failed", {}, true],
    ["denied", {}, true],
    ["interrupted", {}, true],
    ["refused", { written: true }, false],
    ["interrupted", { written: true }, false],
    ["input", {}, false],
    ["findings", {}, false],
  ])("%s %j: that nothing was changed is said: %s", (kind, detail, said) => {
    expect(failureLines(failure(kind, detail), PLAIN, true).includes("  No changes made.")).toBe(said);
  });

  it("says nothing of changes for a command that only reads", () => {
    expect(failureLines(failure("failed"), PLAIN, false)).toEqual(["error: it is so"]);
  });

  it.each([
    ["verify shop/orders", false],
    ["verify shop/orders --fix", true],
    ["stale-pods", false],
    ["stale-pods --restart", true],
    ["--debug create-sa --name fix", true],
    ["use-sa --name x deployment/y", true],
    ["plan -f x.yaml", false],
    ["audit", false],
    ["nonsense", false],
    ["", false],
  ])("'irsa %s' may write: %s", (line, expected) => expect(mayWrite(line.split(" "))).toBe(expected));

  it("is red where there is color, and says the same", () => {
    const [first] = failureLines(failure("failed"), stylesOf(1), true);
    expect(first).toBe("\u001b[31merror:\u001b[39m it is so");
  });
});

describe("a failure as scripts read it", () => {
  const failureJson = (one: Failure): unknown =>
    JSON.parse(String(new Envelope("create-sa", false).failure(one)));

  it("is versioned, with code, message, hint and facts", () => {
    const detail = { facts: [["role", "x"]], advice: "Do this:", command: ["irsa", "a b"] } as const;
    expect(failureJson(failure("refused", detail))).toEqual({
      schemaVersion: 2,
      command: "create-sa",
      caller: null,
      cluster: null,
      clusterChosenBy: null,
      endpointOverrides: {},
      organizationFile: null,
      error: {
        code: "aws-error",
        message: "it is so",
        facts: [{ label: "role", value: "x" }],
        hint: "Do this:",
        command: "irsa 'a b'",
        argv: ["irsa", "a b"],
      },
    });
  });

  it("has flags in its hint, which are no command line", () => {
    const detail = { advice: "Add:", flags: ["--role-name", "my role"] };
    expect(failureJson(failure("refused", detail))).toMatchObject({
      error: { hint: "Add:\n--role-name 'my role'", command: null, argv: null },
    });
  });

  it("keeps every fact, those of one label too", () => {
    const facts = [
      ["--tag", "'a' is no tag"],
      ["--tag", "'b' is no tag"],
      ["--name", "'c'"],
    ] as const;
    expect(failureJson(failure("input", { facts }))).toMatchObject({
      error: {
        facts: [
          { label: "--tag", value: "'a' is no tag" },
          { label: "--tag", value: "'b' is no tag" },
          { label: "--name", value: "'c'" },
        ],
        hint: null,
        command: null,
        argv: null,
      },
    });
  });
});
