import { describe, expect, it } from "vitest";
import { afterWriting, EXIT_CODES, Failure, isFailure } from "../../src/model/failure.ts";
import { invalid, Problems, valid } from "../../src/model/problems.ts";

const even = (text: string) => (Number(text) % 2 === 0 ? valid(Number(text)) : invalid("is odd"));

function thrown(problems: Problems): unknown {
  try {
    problems.throwIfAny();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("problems", () => {
  it("are none where all is right", () => {
    const problems = new Problems();
    expect(problems.take("--n", "2", even)).toBe(2);
    expect(problems.maybe("--n", undefined, even)).toBeUndefined();
    expect(problems.all("--n", ["2", "4"], even)).toEqual([2, 4]);
    expect(thrown(problems)).toBeUndefined();
  });

  it("are one sentence when there is one", () => {
    const problems = new Problems();
    expect(problems.take("--n", "3", even)).toBeUndefined();
    expect(thrown(problems)).toMatchObject({
      kind: "input",
      code: "invalid-input",
      message: "--n '3' is odd",
    });
  });

  it("are listed when there are several, and the right values still come back", () => {
    const problems = new Problems();
    expect(problems.all("--n", ["1", "2", "3"], even)).toEqual([2]);
    problems.note("--m", "", "must be given");
    expect(thrown(problems)).toMatchObject({
      message: "3 invalid values",
      detail: {
        facts: [
          ["--n", "'1' is odd"],
          ["--n", "'3' is odd"],
          ["--m", "must be given"],
        ],
      },
    });
  });
});

describe("a failure", () => {
  it("has an exit code by its kind", () => {
    expect(EXIT_CODES).toEqual({ failed: 1, refused: 1, input: 2, findings: 3, denied: 4, interrupted: 130 });
  });

  it("is distinguished from other errors, and by its code", () => {
    const failure = new Failure("refused", "conflict", "no", { cause: new Error("why") });
    expect(isFailure(failure)).toBe(true);
    expect(isFailure(failure, "conflict")).toBe(true);
    expect(isFailure(failure, "gone")).toBe(false);
    expect(isFailure(new Error("no"))).toBe(false);
    expect(failure.cause).toMatchObject({ message: "why" });
  });

  it("that comes after something was written says so, and is else the same", () => {
    const failure = new Failure("failed", "unreachable", "no", { facts: [["a", "b"]], advice: "c" });
    expect(afterWriting(failure)).toMatchObject({
      kind: "failed",
      code: "unreachable",
      message: "no",
      detail: { facts: [["a", "b"]], advice: "c", written: true },
    });
    const bug = new TypeError("a bug");
    expect(afterWriting(bug)).toBe(bug);
  });
});
