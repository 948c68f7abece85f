import type { WayName } from "../model/way.ts";

/** An AWS SDK (or the CLI), by the packages that carry its credential chain, and from which version it knows each way. */
export interface Sdk {
  readonly id: string;
  readonly name: string;
  /** Package URL type and name; a `*` at the end stands for anything. */
  readonly packages: readonly (readonly [type: string, name: string])[];
  /** Only versions with this first number, where one package name has had two lives. */
  readonly major?: number;
  readonly needs: Readonly<Record<WayName, Minimum>>;
  /** Without one of these beside it, IRSA does not work. */
  readonly companions?: readonly string[];
  /**
   * Its other packages. Where none of `packages` is listed they show that the SDK is there, and from their own version
   * `family.enough` on which of the ways it knows; of an older one that can't be determined.
   */
  readonly family?: {
    readonly packages: readonly (readonly [type: string, name: string])[];
    readonly enough: Readonly<Partial<Record<WayName, string>>>;
  };
  /** What took its place, of an SDK that never learned either way. */
  readonly replacedBy?: string;
}

/** The first sufficient version; or all are sufficient, or none; or AWS documents none. */
export type Minimum =
  | {
      readonly version: string;
      /** What AWS's guide names, where the package's own number is another. */
      readonly release?: string;
      /** Before this version it did not know web identity at all. */
      readonly unawareBefore?: string;
    }
  | "every-version"
  | "never"
  | "none-named";

/** AWS's own word on the minimum versions. */
export const SOURCES: Readonly<Record<WayName, string>> = {
  irsa: "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts-minimum-sdk.html",
  "pod-identity": "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-minimum-sdk.html",
};

/**
 * The minimum versions of the EKS User Guide, "Use IRSA with the AWS SDK" and "Use pod identity with the AWS SDK".
 * Where the guide names a release of many packages, the package's own version is that of the release's change log:
 * Go v2 release-2023-11-14 (config v1.25.0), Rust release-2024-03-13 (aws-config 1.1.8), .NET 3.3.659.1 and 3.7.734.0
 * (AWSSDK.Core 3.3.104.14 and 3.7.302.0).
 */
export const SDKS: readonly Sdk[] = [
  {
    id: "java-v2",
    name: "AWS SDK for Java 2.x",
    packages: [["maven", "software.amazon.awssdk:*"]],
    needs: { irsa: { version: "2.10.11" }, "pod-identity": { version: "2.21.30" } },
    companions: ["software.amazon.awssdk:sts", "software.amazon.awssdk:bundle"],
  },
  {
    id: "java-v1",
    name: "AWS SDK for Java 1.x",
    packages: [["maven", "com.amazonaws:aws-java-sdk*"]],
    needs: { irsa: { version: "1.12.782" }, "pod-identity": { version: "1.12.746" } },
    companions: [
      "com.amazonaws:aws-java-sdk-sts",
      "com.amazonaws:aws-java-sdk-bundle",
      "com.amazonaws:aws-java-sdk",
    ],
  },
  {
    id: "go-v1",
    name: "AWS SDK for Go v1",
    packages: [["golang", "github.com/aws/aws-sdk-go"]],
    needs: { irsa: { version: "1.23.13" }, "pod-identity": { version: "1.47.11" } },
  },
  {
    id: "go-v2",
    name: "AWS SDK for Go v2",
    packages: [["golang", "github.com/aws/aws-sdk-go-v2/config"]],
    family: { packages: [["golang", "github.com/aws/aws-sdk-go-v2*"]], enough: {} },
    needs: { irsa: "every-version", "pod-identity": { version: "1.25.0", release: "release-2023-11-14" } },
  },
  {
    id: "boto3",
    name: "Boto3",
    packages: [
      ["pypi", "boto3"],
      ["deb", "python3-boto3"],
      ["rpm", "python3-boto3"],
      ["apk", "py3-boto3"],
    ],
    needs: { irsa: { version: "1.9.220" }, "pod-identity": { version: "1.34.41" } },
  },
  {
    id: "botocore",
    name: "botocore",
    packages: [
      ["pypi", "botocore"],
      ["deb", "python3-botocore"],
      ["rpm", "python3-botocore"],
      ["apk", "py3-botocore"],
    ],
    needs: { irsa: { version: "1.12.200" }, "pod-identity": { version: "1.34.41" } },
  },
  {
    id: "cli-v1",
    name: "AWS CLI 1.x",
    packages: cliPackages(),
    major: 1,
    needs: { irsa: { version: "1.16.232" }, "pod-identity": { version: "1.30.0" } },
  },
  {
    id: "cli-v2",
    name: "AWS CLI 2.x",
    packages: cliPackages(),
    major: 2,
    needs: { irsa: "every-version", "pod-identity": { version: "2.15.0" } },
  },
  {
    id: "js-v2",
    name: "AWS SDK for JavaScript v2",
    packages: [["npm", "aws-sdk"]],
    needs: {
      irsa: { version: "2.525.0", unawareBefore: "2.521.0" },
      "pod-identity": { version: "2.1550.0" },
    },
  },
  {
    id: "js-v3",
    name: "AWS SDK for JavaScript v3",
    // Others of the scope have numbers of their own and stand still where nothing changes.
    packages: [
      ["npm", "@aws-sdk/client-*"],
      ["npm", "@aws-sdk/credential-providers"],
      ["npm", "@aws-sdk/credential-provider-node"],
    ],
    needs: { irsa: { version: "3.27.0" }, "pod-identity": { version: "3.458.0" } },
  },
  {
    id: "ruby",
    name: "AWS SDK for Ruby",
    packages: [["gem", "aws-sdk-core"]],
    family: { packages: [["gem", "aws-sdk*"]], enough: {} },
    needs: { irsa: { version: "3.58.0" }, "pod-identity": { version: "3.188.0" } },
  },
  {
    id: "cpp",
    name: "AWS SDK for C++",
    packages: [
      ["conan", "aws-sdk-cpp"],
      ["generic", "aws-sdk-cpp"],
      ["github", "aws/aws-sdk-cpp"],
    ],
    needs: { irsa: { version: "1.7.174" }, "pod-identity": { version: "1.11.263" } },
  },
  {
    id: "dotnet",
    name: "AWS SDK for .NET",
    packages: [["nuget", "AWSSDK.Core"]],
    // Packages of 3.5 and 4.0 need a Core of at least their own number.
    family: { packages: [["nuget", "AWSSDK.*"]], enough: { irsa: "3.5.0", "pod-identity": "4.0.0" } },
    needs: {
      irsa: { version: "3.3.104.14", release: "release 3.3.659.1" },
      "pod-identity": { version: "3.7.302.0", release: "release 3.7.734.0" },
    },
    companions: ["AWSSDK.SecurityToken"],
  },
  {
    id: "php",
    name: "AWS SDK for PHP",
    packages: [["composer", "aws/aws-sdk-php"]],
    needs: { irsa: { version: "3.110.7" }, "pod-identity": { version: "3.287.1" } },
  },
  {
    id: "kotlin",
    name: "AWS SDK for Kotlin",
    packages: [["maven", "aws.sdk.kotlin:*"]],
    needs: { irsa: "none-named", "pod-identity": { version: "1.0.1" } },
  },
  {
    id: "rust",
    name: "AWS SDK for Rust",
    packages: [["cargo", "aws-config"]],
    family: { packages: [["cargo", "aws-sdk-*"]], enough: {} },
    needs: { irsa: "none-named", "pod-identity": { version: "1.1.8", release: "release-2024-03-13" } },
  },
  {
    id: "powershell",
    name: "AWS Tools for PowerShell",
    packages: [
      ["nuget", "AWSPowerShell"],
      ["nuget", "AWSPowerShell.NetCore"],
      ["nuget", "AWS.Tools.Common"],
    ],
    needs: { irsa: "none-named", "pod-identity": { version: "4.1.502" } },
  },
];

/** The CLI as its own package and as distributions package it. */
function cliPackages(): Sdk["packages"] {
  return [
    ["pypi", "awscli"],
    ["deb", "awscli"],
    ["rpm", "awscli"],
    ["rpm", "awscli-2"],
    ["apk", "aws-cli"],
    ["generic", "aws-cli"],
  ];
}
