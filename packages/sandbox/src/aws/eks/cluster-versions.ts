import { AwsError, maybeText, type Parameter } from "../exchange.ts";
import type { Operations } from "../operation.ts";
import type { Result } from "../wire-format.ts";
import { listResult } from "./clusters.ts";

/** The version of a new cluster by default. */
export const DEFAULT_VERSION = "1.35";

const SUPPORT: Readonly<Record<string, "STANDARD_SUPPORT" | "EXTENDED_SUPPORT">> = {
  "1.35": "STANDARD_SUPPORT",
  "1.34": "STANDARD_SUPPORT",
  "1.33": "STANDARD_SUPPORT",
  "1.32": "EXTENDED_SUPPORT",
  "1.31": "EXTENDED_SUPPORT",
  "1.30": "EXTENDED_SUPPORT",
};

/** Which versions there are, newest first, without their dates. Source: Amazon EKS API Reference, DescribeClusterVersions. */
export const VERSION_OPERATIONS: Operations = {
  DescribeClusterVersions(context) {
    const { parameters } = context;
    const wanted = [parameters["clusterVersions"] ?? []].flat().map(String);
    const status = maybeText(parameters, "versionStatus");
    const known = Object.entries(SUPPORT).map(([version, support]) => versionResult(version, support));
    if (status !== undefined && !/^(UNSUPPORTED|(STANDARD|EXTENDED)_SUPPORT)$/.test(status))
      throw new AwsError(400, "InvalidParameterException", `Invalid version status: ${status}`);
    const found = known
      .filter(({ clusterVersion }) => wanted.length === 0 || wanted.includes(clusterVersion))
      .filter(({ defaultVersion }) => !isTrue(parameters["defaultOnly"]) || defaultVersion)
      .filter(({ versionStatus }) => status === undefined || versionStatus === status);
    return listResult("clusterVersions", found, context);
  },
};

function versionResult(version: string, support: string) {
  return {
    clusterVersion: version,
    clusterType: "eks",
    defaultPlatformVersion: "eks.1",
    defaultVersion: version === DEFAULT_VERSION,
    status: support.toLowerCase().replace("_", "-"),
    versionStatus: support,
    kubernetesPatchVersion: `${version}.0`,
  } satisfies Result;
}

/** In a query everything is text. */
function isTrue(value: Parameter | undefined): boolean {
  return value === true || value === "true";
}
