import { describe, expect, it } from "vitest";
import { howToContinue } from "../../src/commands/shared/plan/by-target.ts";
import { awsWords } from "../../src/model/aws-words.ts";
import { Failure, type FailureDetail } from "../../src/model/failure.ts";

const failed = (detail: FailureDetail): Failure => new Failure("failed", "aws-error", "it is so", detail);
const LOGIN = awsWords(["sso", "login"]);
const AGAIN = "Run the same command again to complete it";
const WHEN_FIXED = "When that is fixed, run the same command again to complete it";

describe("what is said of a plan of which some is left to do", () => {
  it.each<readonly [string, readonly FailureDetail[], ReturnType<typeof howToContinue>]>([
    ["nothing failed", [], { advice: [AGAIN] }],
    ["advice alone comes first", [{ advice: "Do this" }], { advice: ["Do this", AGAIN] }],
    [
      "a command is the last, below what leads to it",
      [{ advice: "Log in:", command: LOGIN }],
      { advice: [WHEN_FIXED, "Log in:"], command: LOGIN },
    ],
    [
      "a command that nothing leads to",
      [{ command: LOGIN }],
      { advice: [WHEN_FIXED, "To fix it:"], command: LOGIN },
    ],
    [
      "what is said of many is said once, and of others before",
      [{ advice: "Log in:", command: LOGIN }, { advice: "Wait" }, { advice: "Log in:", command: LOGIN }],
      { advice: ["Wait", WHEN_FIXED, "Log in:"], command: LOGIN },
    ],
  ])("%s", (_, details, expected) => {
    expect(howToContinue(details.map(failed), "complete it")).toEqual(expected);
  });
});
