import { describe, expect, it } from "vitest";
import type { CommandContext } from "../../src/commands/command-context.ts";
import { IrsaError } from "../../src/library/irsa-error.ts";
import { answerOf } from "../../src/library/run.ts";
import { Failure } from "../../src/model/failure.ts";
import { keepSecret } from "../../src/model/secrets.ts";

const asked = (run: (context: CommandContext) => Promise<void>) => ({
  command: "plan",
  takesClusters: false,
  check: () => undefined,
  run,
});

async function errorOf(
  run: (context: CommandContext) => Promise<void>,
  signal?: AbortSignal,
): Promise<IrsaError> {
  const ended = await answerOf(asked(run), signal === undefined ? {} : { signal }).catch(
    (error: unknown) => error,
  );
  if (ended instanceof IrsaError) return ended;
  throw new Error("the run came to an answer, or to another error", { cause: ended });
}

describe("a run of the library", () => {
  it("gives what the command answers, and hears nothing else", async () => {
    const answer = await answerOf(
      asked(async (context) => {
        context.terminal.say("reading");
        context.terminal.print(context.envelope.answer({ result: { one: 1 } }));
        context.exitWith(3);
      }),
      {},
    );
    expect(answer).toMatchObject({ schemaVersion: 2, command: "plan", result: { one: 1 } });
  });

  it("ends immediately when it is aborted, whatever it waits for", async () => {
    const abort = new AbortController();
    const run = errorOf(() => new Promise(() => undefined), abort.signal);
    abort.abort();
    expect(await run).toMatchObject({ code: "interrupted", kind: "interrupted", mayHaveWritten: false });
    const before = await errorOf(() => new Promise(() => undefined), AbortSignal.abort());
    expect(before.code).toBe("interrupted");
  });

  it("ends by itself when it is aborted once it writes, and says what it has written", async () => {
    const abort = new AbortController();
    const error = await errorOf(async (context) => {
      await context.takeInterrupts();
      abort.abort();
      expect(context.signal.aborted).toBe(true);
      await Promise.resolve();
      throw new Failure("interrupted", "interrupted", "interrupted before all changes were applied", {
        written: true,
        facts: [["completed", ["create role a"]]],
      });
    }, abort.signal);
    expect(error).toMatchObject({
      code: "interrupted",
      mayHaveWritten: true,
      facts: [{ label: "completed", value: "create role a" }],
    });
  });

  it("leaves no listener on the caller's signal", async () => {
    const added: string[] = [];
    const { signal } = new AbortController();
    signal.addEventListener = (type: string) => void added.push(`+${type}`);
    signal.removeEventListener = (type: string) => void added.push(`-${type}`);
    await errorOf(() => Promise.reject(new Failure("failed", "no-cluster", "no")), signal);
    expect(added).toEqual(["+abort", "-abort"]);
  });

  it("fails with everything that -o json has of an error, and with nothing secret", async () => {
    keepSecret("a-secret-of-the-library");
    const error = await errorOf(() => {
      throw new Failure("denied", "access-denied", "not allowed: a-secret-of-the-library", {
        facts: [["action", "iam:GetRole"]],
        advice: "Ask an AWS administrator",
        command: ["irsa", "permissions", "plan"],
        cause: new Error("a-secret-of-the-library"),
      });
    });
    expect(error).toBeInstanceOf(Error);
    expect(Object.fromEntries(Object.entries(error))).toEqual({
      name: "IrsaError",
      code: "access-denied",
      kind: "denied",
      facts: [{ label: "action", value: "iam:GetRole" }],
      hint: "Ask an AWS administrator",
      command: "irsa permissions plan",
      argv: ["irsa", "permissions", "plan"],
      mayHaveWritten: false,
    });
    expect([error.message, error.cause]).toEqual(["not allowed: [secret]", undefined]);
  });

  it("fails with a bug of irsa's as with any other failure: what was written is not known", async () => {
    const error = await errorOf(() => Promise.reject(new TypeError("x is not a function")));
    expect(error).toMatchObject({ code: "bug", kind: "failed", mayHaveWritten: true });
  });
});
