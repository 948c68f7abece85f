import { expect, it } from "vitest";
import { examineFile } from "../../src/sdk-versions/examine.ts";
import { SDKS, type Minimum, type Sdk } from "../../src/sdk-versions/sdks.ts";
import type { WayName } from "../../src/model/way.ts";

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

it("has the minimum versions of the EKS User Guide", () => {
  const shown = (needs: Minimum): string =>
    typeof needs === "string" ? "-" : (needs.release ?? needs.version);
  const all = SDKS.map(({ id, needs }) => `${id} ${shown(needs.irsa)} / ${shown(needs["pod-identity"])}`);
  expect(all).toEqual([
    "java-v2 2.10.11 / 2.21.30",
    "java-v1 1.12.782 / 1.12.746",
    "go-v1 1.23.13 / 1.47.11",
    "go-v2 - / release-2023-11-14",
    "boto3 1.9.220 / 1.34.41",
    "botocore 1.12.200 / 1.34.41",
    "cli-v1 1.16.232 / 1.30.0",
    "cli-v2 - / 2.15.0",
    "js-v2 2.525.0 / 2.1550.0",
    "js-v3 3.27.0 / 3.458.0",
    "ruby 3.58.0 / 3.188.0",
    "cpp 1.7.174 / 1.11.263",
    "dotnet release 3.3.659.1 / release 3.7.734.0",
    "php 3.110.7 / 3.287.1",
    "kotlin - / 1.0.1",
    "rust - / release-2024-03-13",
    "powershell - / 4.1.502",
  ]);
});

it("knows each SDK by an id of its own", () => {
  expect(new Set(SDKS.map(({ id }: Sdk) => id)).size).toBe(SDKS.length);
});

function verdictOf(purl: string, way: WayName): [string | undefined, string | undefined] {
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
