import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { partition } from "@aws-sdk/core/client";
import { describe, expect, it, test } from "vitest";
import {
  eksIssuerRegion,
  partitionIdOf,
  partitionNamed,
  partitionOfRegion,
} from "../../src/model/partition.ts";
import { AWS_PARTITIONS } from "../../src/model/aws-partitions.ts";
import { eksRegionOf } from "../../src/audit/eks-issuer.ts";
import { isApiAudience } from "../../src/model/api-audience.ts";

interface SdkPartition {
  readonly id: string;
  readonly outputs: { readonly dnsSuffix: string; readonly dualStackDnsSuffix: string };
  readonly regionRegex: string;
  readonly regions: Readonly<Record<string, unknown>>;
}

/** The partitions as the AWS SDK has them: it exports only the questions that it answers by them. */
function partitionsOfTheSdk(): readonly SdkPartition[] {
  const root = dirname(createRequire(import.meta.url).resolve("@aws-sdk/core/package.json"));
  const file = "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js";
  const text = readFileSync(join(root, file), "utf8");
  const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  return (JSON.parse(json) as { partitions: SdkPartition[] }).partitions;
}

test("the partitions are those of the AWS SDK (npm run docs:partitions)", async () => {
  const rows = partitionsOfTheSdk().map(({ id, outputs: { dnsSuffix, dualStackDnsSuffix }, regionRegex }) =>
    [
      "  {",
      `    id: ${JSON.stringify(id)},`,
      `    dnsSuffix: ${JSON.stringify(dnsSuffix)},`,
      `    dualStackDnsSuffix: ${JSON.stringify(dualStackDnsSuffix)},`,
      `    regionPattern: ${JSON.stringify(regionRegex.replaceAll(String.raw`\-`, "-"))},`,
      "  },",
    ].join("\n"),
  );
  const text = [
    "/** AWS's partitions, generated from the AWS SDK's own data by `npm run docs:partitions`. */",
    "export const AWS_PARTITIONS = [",
    ...rows,
    "] as const;",
    "",
  ].join("\n");
  await expect(text).toMatchFileSnapshot("../../src/model/aws-partitions.ts");
});

const REGIONS = partitionsOfTheSdk().flatMap(({ id, regions }) =>
  Object.keys(regions)
    .filter((region) => !region.endsWith("-global"))
    .map((region) => [region, id] as const),
);

describe("a region", () => {
  it.each(REGIONS)("%s is in partition %s, as the SDK has it", (region, id) => {
    expect(partitionIdOf(region)).toBe(id);
    expect(partitionOfRegion(region).dnsSuffix).toBe(partition(region).dnsSuffix);
  });

  it("of a partition that nobody knows is in aws, as the SDK has it", () => {
    for (const region of ["", "mars-north-1", "us-east"]) expect(partitionIdOf(region)).toBe("aws");
    expect(partitionNamed("aws-unknown").dnsSuffix).toBe("amazonaws.com");
  });
});

describe("the issuer of an EKS cluster", () => {
  const hosts = REGIONS.flatMap(([region]) => {
    const { dnsSuffix, dualStackDnsSuffix } = partitionOfRegion(region);
    return [
      [region, `oidc.eks.${region}.${dnsSuffix}`] as const,
      [region, `oidc-eks.${region}.${dualStackDnsSuffix}`] as const,
    ];
  });

  it.each(hosts)("of %s is recognized at %s", (region, host) => {
    const name = `${host}/id/5D1CA0FFEE`;
    expect(eksIssuerRegion(name)).toBe(region);
    expect(eksRegionOf(`arn:aws:iam::111122223333:oidc-provider/${name}`)).toBe(region);
    expect(isApiAudience(`https://${name}`)).toBe(true);
  });

  it.each([
    "oidc.eks.eu-west-1.amazonaws.com.evil.example/id/5D",
    "oidc.eks.eu-west-1.example.com/id/5D",
    "oidc.eks.eu-west-1.amazonaws.com/id/5D/x",
    "x.oidc.eks.eu-west-1.amazonaws.com/id/5D",
    "oidc.eks.eu-west-1.amazonawsxcom/id/5D",
    "token.actions.githubusercontent.com",
  ])("is not %s", (name) => {
    expect(eksIssuerRegion(name)).toBeUndefined();
  });

  it.each(AWS_PARTITIONS.map(({ id, dnsSuffix, dualStackDnsSuffix }) => [id, dnsSuffix, dualStackDnsSuffix]))(
    "and the API server's endpoint in %s are audiences of the API server",
    (_id, suffix, dualStack) => {
      expect(isApiAudience(`https://5D1C.gr7.eu-west-1.eks.${suffix}`)).toBe(true);
      expect(isApiAudience(`https://5D1C.eks-cluster.eu-west-1.${dualStack}`)).toBe(true);
    },
  );
});
