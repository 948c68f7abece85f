import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SERVICE_ACCOUNT, bound } from "./bound.ts";

const FOLDER = fileURLToPath(new URL("corpus", import.meta.url));
const FILES = readdirSync(FOLDER).filter((name) => name.includes(".in."));

const read = (name: string): string =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(`${FOLDER}/${name}`));

/** How many workloads of each file are bound, those that are right already included. */
const BOUND: Readonly<Record<string, number>> = {
  "anchors.in.yaml": 2,
  "comments.in.yaml": 1,
  "crlf-bom.in.yaml": 2,
  "flow.in.yaml": 5,
  "helm-output.in.yaml": 2,
  "json-tabs.in.json": 2,
  "kustomize-output.in.yaml": 1,
  "odd-values.in.yaml": 6,
  "others.in.yaml": 2,
  "quoting.in.yaml": 2,
  "rollouts.in.yaml": 3,
};

describe.each(FILES)("%s", (name) => {
  it("comes out byte by byte as it should", () => {
    const result = bound(read(name));
    expect(result.refused).toEqual([]);
    expect(result.bound).toHaveLength(BOUND[name] ?? 0);
    expect(result.text).toBe(read(name.replace(".in.", ".out.")));
  });

  it("stays as it is the second time", () => {
    const once = read(name.replace(".in.", ".out."));
    expect(bound(once).text).toBe(once);
  });

  it("differs in lines that name the ServiceAccount, and no other", () => {
    const before = new Set(read(name).split("\n"));
    const added = bound(read(name))
      .text.split("\n")
      .filter((line) => !before.has(line));
    for (const line of added) expect(line).toContain(SERVICE_ACCOUNT);
  });
});
