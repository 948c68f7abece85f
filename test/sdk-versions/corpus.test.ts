import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import type { ExaminedFile } from "../../src/sdk-versions/examined-file.ts";
import { examineFile } from "../../src/sdk-versions/examine.ts";

/** Package and version, line, verdict for IRSA, verdict for Pod Identity. */
type Row = readonly [string, number | undefined, string, string];

const OK = "new-enough";
const OLD = "too-old";
const UNKNOWN = "unknown";

const CORPUS: Readonly<Record<string, readonly Row[]>> = {
  "node/package-lock.json": [
    ["@aws-sdk/client-s3 3.421.0", 18, OK, OLD],
    ["@aws-sdk/client-sts 3.421.0", 27, OK, OLD],
    ["@aws-sdk/credential-provider-node 3.421.0", 31, OK, OLD],
    ["aws-sdk 2.400.0", 41, OLD, OLD],
    ["aws-sdk 2.1691.0", 46, OK, OK],
  ],
  "node-v1/npm-shrinkwrap.json": [
    ["aws-sdk 2.525.0", 8, OK, OLD],
    ["aws-sdk 2.524.0", 12, OLD, OLD],
    ["aws-sdk git+https://github.com/acme/aws-sdk-js.git#0123456789abcdef", 17, UNKNOWN, UNKNOWN],
  ],
  "go/go.mod": [
    ["github.com/aws/aws-sdk-go v1.23.12-acme.1", 8, OLD, OLD],
    ["github.com/aws/aws-sdk-go-v2/config v1.24.0", 10, OK, OLD],
  ],
  "python/requirements.txt": [
    ["boto3 1.26.0", 4, OK, OLD],
    ["botocore >=1.12.100,<1.12.200", 7, OLD, OLD],
    ["awscli ~=1.29.5", 8, OK, OLD],
    ["boto3 >=1.34.41", 9, OK, OK],
    ["boto3 @ https://files.example/boto3-1.9.0-py3-none-any.whl", 11, UNKNOWN, UNKNOWN],
    ["botocore no version given", 12, UNKNOWN, UNKNOWN],
    ["boto3 == 1.9.*", 13, UNKNOWN, OLD],
  ],
  "poetry/poetry.lock": [
    ["boto3 1.34.41", 4, OK, OK],
    ["botocore 1.34.41.dev1", 17, OK, OLD],
    ["awscli 1.16.0", 25, OLD, OLD],
    ["botocore 1.2.3", 33, OLD, OLD],
  ],
  "uv/uv.lock": [
    ["boto3 1.9.219", 5, OLD, OLD],
    ["botocore 1.12.253", 14, OK, OLD],
  ],
  "java/pom.xml": [
    ["software.amazon.awssdk:bom 2.20.26", 13, OK, OLD],
    ["software.amazon.awssdk:s3 2.20.26", 28, OK, OLD],
    ["software.amazon.awssdk:dynamodb 2.10.10", 32, OLD, OLD],
    ["com.amazonaws:aws-java-sdk-core 1.11.700", 37, OLD, OLD],
    ["com.amazonaws:aws-java-sdk-sqs [1.12.782,2.0)", 41, OK, OK],
    ["com.amazonaws:aws-java-sdk-sns its version comes from a parent or a BOM", 46, UNKNOWN, UNKNOWN],
  ],
  "ruby/Gemfile.lock": [["aws-sdk-core 3.57.0", 13, OLD, OLD]],
  "rust/Cargo.lock": [
    ["aws-config 0.56.1", 6, "none-named", OLD],
    ["aws-config 1.1.8", 15, "none-named", OK],
  ],
  "php/composer.lock": [["aws/aws-sdk-php 3.287.0", 12, OK, OLD]],
  "dotnet/packages.lock.json": [["AWSSDK.Core 3.7.300.6", 12, OK, OLD]],
  "sbom/image.cdx.json": [
    ["python3-botocore 1.29.27+repack-1", 16, OK, OLD],
    ["software.amazon.awssdk:auth 2.10.11-SNAPSHOT", 23, OLD, OLD],
    ["@aws-sdk/client-ec2 3.26.0", 25, OLD, OLD],
    ["aws.sdk.kotlin:s3-jvm 1.0.5", 35, "none-named", OK],
    ["aws-cli 2.13.0-r0", 40, OK, OLD],
  ],
  "sbom/image.spdx.json": [
    ["github.com/aws/aws-sdk-go v1.47.11", 22, OK, OK],
    ["boto3 1.9.100", 35, OLD, OLD],
  ],
  "sbom/image.spdx3.json": [
    ["aws-sdk-core 3.187.0", 10, OK, OLD],
    ["aws-sdk-cpp 1.11.300", 20, OK, OK],
  ],
  "sbom/attestation.json": [["AWSSDK.Core 3.7.302", undefined, OK, OK]],
};

const textOf = (path: string): Promise<string> =>
  readFile(new URL(`corpus/${path}`, import.meta.url), "utf8");

function examined(name: string, text: string): ExaminedFile {
  const result = examineFile(name, text, ["irsa", "pod-identity"]);
  if (!result.ok) throw new Error(result.problem);
  return result.value;
}

function rowsOf({ packages }: ExaminedFile): Row[] {
  return packages.map(({ name, version, line, verdicts }) => [
    `${name} ${version.text}`,
    line,
    verdicts[0]?.verdict ?? "",
    verdicts[1]?.verdict ?? "",
  ]);
}

describe.each(Object.entries(CORPUS))("%s", (path, rows) => {
  it("has these SDKs at these lines", async () => {
    expect(rowsOf(examined(basename(path), await textOf(path)))).toEqual(rows);
  });

  it("has the same with another name, with CRLF and with a byte order mark", async () => {
    const text = `\uFEFF${(await textOf(path)).replaceAll("\n", "\r\n")}`;
    expect(rowsOf(examined("-", text))).toEqual(rows);
  });
});

describe("a package that must be beside the SDK for IRSA", () => {
  it.each([
    ["sbom/image.cdx.json", ["software.amazon.awssdk:sts"]],
    ["dotnet/packages.lock.json", ["AWSSDK.SecurityToken"]],
    ["sbom/attestation.json", []],
    // It need not list what its dependencies bring.
    ["java/pom.xml", []],
  ])("%s lacks %s", async (path, lacking) => {
    const file = examined(basename(path), await textOf(path));
    expect(file.lacking.map(({ companion }) => companion)).toEqual(lacking);
  });

  it("is not asked for where IRSA is not", async () => {
    const result = examineFile("packages.lock.json", await textOf("dotnet/packages.lock.json"), [
      "pod-identity",
    ]);
    expect(result).toMatchObject({ ok: true, value: { lacking: [] } });
  });
});
