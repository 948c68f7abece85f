import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { irsa } from "../irsa.ts";

const FORCED = { FORCE_COLOR: "1" };
/** What sets a color, or takes it off. */
const COLOR = "\u001B[";

describe("--no-color", () => {
  test.each([[["explain", "B13", "--no-color"]], [["--no-color", "explain", "B13"]]])(
    "%j prints the same without colors, though they are forced",
    async (args) => {
      const [plain, colored] = await Promise.all([irsa(args, FORCED), irsa(["explain", "B13"], FORCED)]);
      expect(colored.stdout).toContain(COLOR);
      expect(plain.stdout).toBe(stripVTControlCharacters(colored.stdout));
      expect(plain).toMatchObject({ code: 0, stderr: "" });
    },
  );

  test("holds for errors too", async () => {
    const [plain, colored] = await Promise.all([
      irsa(["explain", "B99", "--no-color"], FORCED),
      irsa(["explain", "B99"], FORCED),
    ]);
    expect(colored.stderr).toContain(COLOR);
    expect(plain.stderr).toMatch(/^error: /);
    expect(plain.stderr).not.toContain(COLOR);
  });
});
