import { stripVTControlCharacters } from "node:util";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { stylesOf } from "../../src/output/line.ts";
import { buildProgram } from "../../src/program.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { networkOf } from "../fakes/command-line.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { foreignWorld } from "../security/foreign-world.ts";

afterEach(() => vi.unstubAllEnvs());

/** What `graph -o text` prints where stdout has colors, in a locale. */
async function textIn(locale: string, ...more: readonly string[]): Promise<string> {
  vi.stubEnv("LC_ALL", locale);
  const { context, heard } = listeningContext();
  const args = [
    "graph",
    "--cluster",
    "eks-work-cluster",
    "--region",
    "ap-northeast-2",
    "-o",
    "text",
    ...more,
  ];
  const terminal = { ...context.terminal, out: stylesOf(1) };
  const around = { ...context, terminal, network: networkOf(foreignWorld("vault")), clock: NO_WAITING };
  await (await buildProgram(args, around, "0")).parseAsync(args, { from: "user" });
  return heard.out.join("\n");
}

const plain = stripVTControlCharacters;

describe("graph -o text", () => {
  it("draws boxes where the locale is UTF-8, else ASCII", async () => {
    const text = plain(await textIn("C.UTF-8"));
    expect(text).toMatch(/^cluster eks-work-cluster {2}\[/);
    expect(text).toMatch(/^└── namespace shop {2}\[/m);
    expect(plain(await textIn("C"))).toMatch(/^`-- namespace shop {2}\[/m);
  });

  it("takes colors to a screen, and none to a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "irsa-graph-"));
    const file = join(folder, "tree.txt");
    const shown = await textIn("C.UTF-8");
    expect(await textIn("C.UTF-8", "--file", file)).toBe("");
    const written = await readFile(file, "utf8");
    await rm(folder, { recursive: true });
    expect(shown).not.toBe(plain(shown));
    expect(written).toBe(`${plain(shown)}\n`);
  });

  it("limits itself to the namespaces that are named", async () => {
    const text = plain(await textIn("C.UTF-8", "-n", "nothing"));
    expect(text).not.toContain("namespace shop");
  });

  it("can't be opened in the browser", async () => {
    await expect(textIn("C.UTF-8", "--open")).rejects.toThrow("--open requires -o html, not text");
  });
});
