import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { irsa } from "../irsa.ts";

const ROLE = "arn:aws:iam::111122223333:role/x";
const KEYS = "aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = never-to-be-seen-1";
const WITH_ROLE = `[profile p]\nrole_arn = ${ROLE}\n`;
const SSO = "sso_account_id = 111122223333\nsso_role_name = admin";
const MFA = "mfa_serial = arn:aws:iam::111122223333:mfa/me";

/** A config file that gives no credentials, and what is said of it. */
interface BrokenConfig {
  readonly config?: string;
  readonly credentials?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly says: string;
}

const BROKEN: Readonly<Record<string, BrokenConfig>> = {
  "a source_profile that is not there": {
    config: `${WITH_ROLE}source_profile = nowhere\n`,
    code: 2,
    says: "AWS profile 'p': its source_profile 'nowhere' is not defined",
  },
  "a source_profile that is not there, and MFA": {
    config: `${WITH_ROLE}${MFA}\nsource_profile = nowhere\n`,
    code: 2,
    says: "AWS profile 'p': its source_profile 'nowhere' is not defined",
  },
  "a source_profile of the source that is not there": {
    config: `${WITH_ROLE}source_profile = q\n[profile q]\nrole_arn = ${ROLE}\nsource_profile = nowhere\n`,
    code: 2,
    says: "AWS profile 'q': its source_profile 'nowhere' is not defined",
  },
  "a circle of two": {
    config: `${WITH_ROLE}source_profile = q\n[profile q]\nrole_arn = ${ROLE}\nsource_profile = p\n`,
    code: 2,
    says: "AWS profile 'q': its source_profile leads back to it: p → q → p",
  },
  "a circle of one": {
    config: `${WITH_ROLE}source_profile = p\n`,
    code: 2,
    says: "AWS profile 'p': its source_profile leads back to it: p → p",
  },
  "a circle of two that does not come back to the first": {
    config: `${WITH_ROLE}source_profile = q\n[profile q]\nrole_arn = ${ROLE}\nsource_profile = r\n[profile r]\nrole_arn = ${ROLE}\nsource_profile = q\n`,
    code: 2,
    says: "AWS profile 'r': its source_profile leads back to it: p → q → r → q",
  },
  "MFA, and nobody to ask": {
    config: `${WITH_ROLE}${MFA}\nsource_profile = s\n[profile s]\n${KEYS}\n`,
    code: 2,
    says: "AWS profile 'p': it requires an MFA code, but there is no terminal to enter it",
  },
  "a role alone": {
    config: WITH_ROLE,
    code: 2,
    says: "AWS profile 'p': it has a role_arn but neither source_profile nor credential_source",
  },
  "a role_arn that is none": {
    config: `[profile p]\nrole_arn = x\nsource_profile = s\n[profile s]\n${KEYS}\n`,
    code: 2,
    says: "AWS profile 'p': its role_arn 'x' is not a valid role ARN",
  },
  "a credential_source that is none": {
    config: `${WITH_ROLE}credential_source = Moon\n`,
    code: 2,
    says: "AWS profile 'p': its credential_source 'Moon' is not valid",
  },
  "half a key": {
    credentials: "[p]\naws_secret_access_key = never-to-be-seen-1\n",
    code: 2,
    says: "AWS profile 'p': it has aws_secret_access_key and no aws_access_key_id",
  },
  "the other half": {
    credentials: "[p]\naws_access_key_id = AKIDEXAMPLE\n",
    code: 2,
    says: "AWS profile 'p': it has aws_access_key_id and no aws_secret_access_key",
  },
  "a process that fails": {
    config: `[profile p]\ncredential_process = sh -c "echo never-to-be-seen-1 >&2; exit 3"\n`,
    code: 1,
    says: "the credential_process of the profile 'p' failed",
  },
  "a process that is not there": {
    config: "[profile p]\ncredential_process = /nowhere/tool --token never-to-be-seen-1\n",
    code: 1,
    says: "the credential_process of the profile 'p' failed",
  },
  "a process that gives no JSON": {
    config: "[profile p]\ncredential_process = echo never-to-be-seen-1\n",
    code: 1,
    says: "the credential_process of the profile 'p' returned invalid JSON",
  },
  "a process that gives half a key": {
    config: `[profile p]\ncredential_process = echo '{"Version":1,"SecretAccessKey":"never-to-be-seen-1"}'\n`,
    code: 1,
    says: "the credential_process of the profile 'p' returned invalid credentials",
  },
  "a process that gives an expired key": {
    config: `[profile p]\ncredential_process = echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"never-to-be-seen-1","Expiration":"2020-01-01T00:00:00Z"}'\n`,
    code: 1,
    says: "the credential_process of the profile 'p' returned expired credentials",
  },
  "the process of a source": {
    config: `${WITH_ROLE}source_profile = s\n[profile s]\ncredential_process = echo never-to-be-seen-1\n`,
    code: 1,
    says: "the credential_process of the profile 's' returned invalid JSON",
  },
  "SSO, not logged in": {
    config: `[profile p]\nsso_session = s\n${SSO}\n[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://x.awsapps.com/start\n`,
    code: 1,
    says: "the SSO session has expired",
  },
  "an SSO session that is not there": {
    config: `[profile p]\nsso_session = s\n${SSO}\n`,
    code: 2,
    says: "AWS profile 'p': its sso_session 's' is not defined",
  },
  "half of SSO": {
    config: "[profile p]\nsso_start_url = https://x.awsapps.com/start\nsso_account_id = 111122223333\n",
    code: 2,
    says: "AWS profile 'p': it has no sso_region, no sso_role_name",
  },
  "a web identity whose token is not there": {
    config: `${WITH_ROLE}web_identity_token_file = /nowhere/token\n`,
    code: 2,
    says: "AWS profile 'p': its web_identity_token_file '/nowhere/token' can't be read (ENOENT)",
  },
  "a web identity of the environment whose token is not there": {
    config: "",
    environment: { AWS_PROFILE: "", AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere/token", AWS_ROLE_ARN: ROLE },
    code: 1,
    says: "the AWS credentials file '/nowhere/token' can't be read (ENOENT)",
  },
  "a file that is no INI": {
    config: "[profile p\nnever-to-be-seen-1\n",
    code: 2,
    says: "AWS profile 'p' not found",
  },
  "a section that nobody may have": {
    config: "[profile p]\nregion = eu-west-1\n[profile __proto__]\na = b\n",
    code: 2,
    says: "AWS profile 'p' not found",
  },
  "a folder for a file": {
    environment: { AWS_CONFIG_FILE: "/" },
    code: 2,
    says: "the AWS config file '/' is not a regular file",
  },
  "a profile without credentials": {
    config: "[profile p]\nregion = eu-west-1\n",
    code: 1,
    says: "no AWS credentials were found by the profile 'p'",
  },
  "a proxy that is no URL": {
    config: `[profile p]\n${KEYS}\n`,
    environment: { HTTP_PROXY: "http://me:never-to-be-seen-1@:bad:port" },
    code: 2,
    says: "HTTPS_PROXY or HTTP_PROXY: not a valid proxy URL",
  },
  "an endpoint that is no URL": {
    config: `[profile p]\n${KEYS}\n`,
    environment: { AWS_ENDPOINT_URL: "http://me:never-to-be-seen-1@[bad" },
    code: 2,
    says: "AWS_ENDPOINT_URL: not a valid URL",
  },
  "an endpoint of IAM alone that is no URL": {
    config: `[profile p]\n${KEYS}\n`,
    environment: { AWS_ENDPOINT_URL_IAM: "never-to-be-seen-1" },
    code: 2,
    says: "AWS_ENDPOINT_URL_IAM: not a valid URL",
  },
  "an endpoint of the profile that is no URL": {
    config: `[profile p]\n${KEYS}\nendpoint_url = never-to-be-seen-1\n`,
    environment: { AWS_ENDPOINT_URL: "" },
    code: 2,
    says: "AWS profile 'p': its endpoint_url is not a valid URL",
  },
  "a region that is none": {
    config: `[profile p]\nregion = not a region\n${KEYS}\n`,
    environment: { AWS_REGION: "" },
    code: 2,
    says: "'not a region' is not a valid AWS region",
  },
  "no region": {
    config: `[profile p]\n${KEYS}\n`,
    environment: { AWS_REGION: "" },
    code: 2,
    says: "no AWS region is set",
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-aws-configs-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** An environment that leads nowhere: what is not found in the files is found nowhere else. */
async function environmentOf({ config, credentials, environment }: BrokenConfig) {
  const file = (name: string): string => join(folder, name);
  await writeFile(file("config"), config ?? "");
  await writeFile(file("credentials"), credentials ?? "");
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    TMPDIR: folder,
    AWS_CONFIG_FILE: file("config"),
    AWS_SHARED_CREDENTIALS_FILE: file("credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_MAX_ATTEMPTS: "1",
    AWS_REGION: "eu-west-1",
    AWS_PROFILE: "p",
    ...environment,
  };
}

const CREATE =
  "create-sa --cluster c -n a --name b --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

describe("an AWS config with", () => {
  test.each(Object.entries(BROKEN))("%s is one error, which says what is wrong", async (_name, broken) => {
    const environment = await environmentOf(broken);
    for (const line of [CREATE, "audit --cluster c", `${CREATE} --debug`]) {
      const { code, stdout, stderr } = await irsa([...line.split(" "), "-o", "json"], environment);
      expect(stderr).toContain(`error: ${broken.says}\n`);
      expect(stderr.match(/^error:/gm)).toHaveLength(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { message: broken.says } });
      expect(code).toBe(broken.code);
      expect(`${stdout}${stderr}`).not.toContain("never-to-be-seen");
      expect(line.includes("--debug") ? "" : stderr).not.toMatch(/^\s+at |bug in irsa|node:/m);
    }
  });

  test("all as it should be is called by", async () => {
    const config = `[profile p]\nrole_arn = ${ROLE}\nsource_profile = s\n[profile s]\n${KEYS}\n`;
    const environment = await environmentOf({ config, code: 1, says: "" });
    const { code, stderr } = await irsa(CREATE.split(" "), environment);
    expect(code).toBe(1);
    expect(stderr).toContain("ECONNREFUSED 127.0.0.1:1");
  });
});
