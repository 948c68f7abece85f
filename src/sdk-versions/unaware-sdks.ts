import type { Sdk } from "./sdks.ts";

const NEVER = { irsa: "never", "pod-identity": "never" } as const;

/** SDKs whose last version came before web identity, or whose credential chain never took it up. */
export const UNAWARE_SDKS: readonly Sdk[] = [
  {
    id: "boto-2",
    name: "Boto 2",
    packages: [
      ["pypi", "boto"],
      ["deb", "python-boto"],
      ["deb", "python3-boto"],
      ["rpm", "python-boto"],
      ["rpm", "python2-boto"],
      ["rpm", "python3-boto"],
      ["apk", "py-boto"],
      ["apk", "py2-boto"],
      ["apk", "py3-boto"],
    ],
    needs: NEVER,
    replacedBy: "Boto3",
  },
  {
    id: "ruby-1",
    name: "AWS SDK for Ruby 1",
    packages: [
      ["gem", "aws-sdk"],
      ["gem", "aws-sdk-v1"],
    ],
    major: 1,
    needs: NEVER,
    replacedBy: "aws-sdk-core 3",
  },
  {
    id: "ruby-2",
    name: "AWS SDK for Ruby 2",
    packages: [
      ["gem", "aws-sdk"],
      ["gem", "aws-sdk-core"],
      ["gem", "aws-sdk-resources"],
    ],
    major: 2,
    needs: NEVER,
    replacedBy: "aws-sdk-core 3",
  },
  {
    id: "php-1",
    name: "AWS SDK for PHP 1",
    packages: [["composer", "amazonwebservices/aws-sdk-for-php"]],
    needs: NEVER,
    replacedBy: "aws/aws-sdk-php 3",
  },
  {
    id: "php-2",
    name: "AWS SDK for PHP 2",
    packages: [["composer", "aws/aws-sdk-php"]],
    major: 2,
    needs: NEVER,
    replacedBy: "aws/aws-sdk-php 3",
  },
  {
    id: "dotnet-2",
    name: "AWS SDK for .NET 2",
    packages: [["nuget", "AWSSDK"]],
    needs: NEVER,
    replacedBy: "AWSSDK.Core",
  },
  {
    id: "goamz",
    name: "goamz",
    packages: [
      ["golang", "github.com/goamz/goamz*"],
      ["golang", "github.com/crowdmob/goamz*"],
      ["golang", "github.com/mitchellh/goamz*"],
      ["golang", "github.com/adroll/goamz*"],
      ["golang", "gopkg.in/amz.v*"],
    ],
    needs: NEVER,
    replacedBy: "the AWS SDK for Go v2",
  },
];
