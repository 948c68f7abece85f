import { expect, it } from "vitest";
import { examineFile } from "../../src/sdk-versions/examine.ts";
import { SDKS, type Minimum, type Sdk, type Way } from "../../src/sdk-versions/sdks.ts";

/** The edge of every minimum, through a CycloneDX SBOM. */
const EDGES = SDKS.flatMap((sdk) =>
  (["irsa", "pod-identity"] as const).flatMap((way) => {
    const needs: Minimum = sdk.needs[way];
    return typeof needs === "string" ? [] : [[sdk.id, way, sdk, needs.version] as const];
  }),
);

it.each(EDGES)("%s, %s: the minimum will do, the version before it will not", (_id, way, sdk, minimum) => {
  for (const [type, pattern] of sdk.packages) {
    const name = pattern.replace("*", "s3");
    expect(verdictOf(purl(type, name, minimum), way)).toEqual([sdk.id, "new-enough"]);
    expect(verdictOf(purl(type, name, before(minimum)), way)).toEqual([sdk.id, "too-old"]);
  }
});

it("knows each SDK by an id of its own", () => {
  expect(new Set(SDKS.map(({ id }: Sdk) => id)).size).toBe(SDKS.length);
});

function verdictOf(purl: string, way: Way): [string | undefined, string | undefined] {
  const text = JSON.stringify({ bomFormat: "CycloneDX", components: [{ purl }] });
  const result = examineFile("bom.json", text, [way]);
  const [judged] = result.ok ? result.value.packages : [];
  return [judged?.sdk.id, judged?.verdicts[0]?.verdict];
}

function purl(type: string, name: string, version: string): string {
  const v = type === "golang" ? `v${version}` : version;
  return `pkg:${type}/${name.replace(":", "/").replaceAll("@", "%40")}@${v}`;
}

/** 2.15.0 → 2.14.9999: the last number that is not 0, less one. */
function before(version: string): string {
  const numbers = version.split(".").map(Number);
  const at = numbers.findLastIndex((one) => one > 0);
  return numbers.map((one, i) => (i < at ? one : i === at ? one - 1 : 9999)).join(".");
}
