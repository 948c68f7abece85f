import { describe, expect, it } from "vitest";
import { colorLevel, heedNoColor, isDumb } from "../../src/output/color-level.ts";

const FOUND = { level: 2, hasBasic: true, has256: true, has16m: false } as const;

describe("how many colors there are", () => {
  it.each([
    [{}, FOUND, 2],
    [{ NO_COLOR: "1" }, FOUND, 0],
    [{ NO_COLOR: "0" }, FOUND, 0],
    // As no-color.org has it, an empty value is none.
    [{ NO_COLOR: "" }, FOUND, 2],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, FOUND, 2],
    [{ NO_COLOR: "1", FORCE_COLOR: "0" }, false, 0],
    [{}, false, 0],
  ] as const)("%j: where chalk finds %j, %i", (env, found, level) => {
    expect(colorLevel(env, found)).toBe(level);
  });
});

describe("--no-color", () => {
  it.each([
    ["get-sa --no-color", 0],
    ["--no-color get-sa", 0],
    ["get-sa", 2],
    ["get-sa --no-colour", 2],
    // What a program is called with that irsa starts.
    ["sandbox run -- ls --no-color", 2],
    ["sandbox run --no-color -- ls", 0],
  ])("%s: %i, even where colors are forced", (line, level) => {
    const env: Record<string, string | undefined> = { FORCE_COLOR: "2" };
    heedNoColor(line.split(" "), env);
    expect(colorLevel(env, FOUND)).toBe(level);
  });
});

it.each([
  [{ TERM: "dumb" }, true],
  [{ TERM: "xterm" }, false],
  [{}, false],
])("%j is dumb: %j", (env, dumb) => {
  expect(isDumb(env)).toBe(dumb);
});
