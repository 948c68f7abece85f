import { describe, expect, it } from "vitest";
import { waitTimeout } from "../../src/commands/shared/session/options.ts";
import { parseDuration } from "../../src/model/duration.ts";
import { ROLE_SETTINGS } from "../../src/model/role-settings.ts";

describe("a duration", () => {
  it.each([
    ["90", 90_000],
    ["90s", 90_000],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["1h30m", 5_400_000],
    ["1m30s", 90_000],
    ["25ms", 25],
    ["1s500ms", 1500],
    ["0", 0],
  ])("%s", (text, milliseconds) => expect(parseDuration(text)).toEqual({ ok: true, value: milliseconds }));

  it.each(["", "h", "s", "1d", "-1s", "1.5h", "30m1h", "1h1h", "1 h", "1H", "1234567s"])("not '%s'", (text) =>
    expect(parseDuration(text).ok).toBe(false),
  );
});

describe("every flag that takes a duration", () => {
  const wait = (text: string): unknown => waitTimeout("", "90s").parseArg?.(text, 0);

  it("takes hours and compound durations", () => {
    expect(wait("1h")).toBe(3_600_000);
    expect(wait("1m30s")).toBe(90_000);
    expect(ROLE_SETTINGS.maxSessionSeconds.parse("1h30m")).toEqual({ ok: true, value: 5400 });
  });

  it("says what is valid", () => {
    expect(() => wait("soon")).toThrow(
      "--wait-timeout 'soon' is not a valid duration; use for example 90s, 2m or 1h30m",
    );
    expect(ROLE_SETTINGS.maxSessionSeconds.parse("30m").ok).toBe(false);
    expect(ROLE_SETTINGS.maxSessionSeconds.parse("1h500ms").ok).toBe(false);
  });
});
