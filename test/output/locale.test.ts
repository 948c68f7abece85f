import { expect, it } from "vitest";
import { isUtf8Locale } from "../../src/output/locale.ts";

it.each([
  [{ LANG: "en_US.UTF-8" }, "linux", true],
  [{ LANG: "en_US.utf8" }, "linux", true],
  [{ LANG: "C.UTF-8" }, "linux", true],
  [{ LANG: "de_DE.UTF-8@euro" }, "linux", true],
  [{ LANG: "de_DE.ISO-8859-1" }, "linux", false],
  [{ LANG: "C" }, "linux", false],
  [{}, "linux", false],
  [{ LANG: "en_US.UTF-8", LC_ALL: "C" }, "linux", false],
  [{ LANG: "en_US.UTF-8", LC_CTYPE: "POSIX" }, "darwin", false],
  [{ LANG: "C", LC_CTYPE: "en_US.UTF-8" }, "linux", true],
  [{ LANG: "C", LC_CTYPE: "en_US.UTF-8", LC_ALL: "C" }, "linux", false],
  // What is set to nothing is not set.
  [{ LANG: "en_US.UTF-8", LC_ALL: "", LC_CTYPE: "" }, "linux", true],
  [{}, "win32", true],
  [{ LANG: "C" }, "win32", false],
])("%j on %s: %s", (env, platform, expected) => {
  expect(isUtf8Locale(env, platform)).toBe(expected);
});
