import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { temporarySpool } from "../../src/files/spool.ts";

describe("texts that are put aside", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "irsa-spool-"));
    vi.stubEnv("TMPDIR", folder);
  });
  afterEach(() => vi.unstubAllEnvs());

  it("come back, those in memory and those in the file, written side by side", async () => {
    const spool = temporarySpool(20);
    const texts = Array.from({ length: 50 }, (_, at) => `${at}: ${"é".repeat(at)}\n`);
    await Promise.all(texts.map((text, at) => spool.put(at, text)));
    expect(await Promise.all(texts.map((_, at) => spool.get(at)))).toEqual(texts);
    expect(await spool.get(50)).toBeUndefined();
    await spool.close();
  });

  it.skipIf(process.platform === "win32")(
    "leave no name behind, not even while the file is open",
    async () => {
      const spool = temporarySpool(0);
      await spool.put(0, "a finding");
      expect(readdirSync(folder)).toEqual([]);
      expect(await spool.get(0)).toBe("a finding");
      await spool.close();
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("need no directory for files as long as they are few", async () => {
    vi.stubEnv("TMPDIR", join(folder, "nowhere"));
    const spool = temporarySpool(20);
    await spool.put(0, "short");
    expect(await spool.get(0)).toBe("short");
    await expect(spool.put(1, "more than twenty characters")).rejects.toMatchObject({ code: "not-written" });
    await spool.close();
  });
});
