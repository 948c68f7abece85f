import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectAws } from "../../src/aws/clients.ts";
import { stopOf, textOf } from "../fakes/walk.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-test-"));
  const [config, credentials] = [join(folder, "config"), join(folder, "credentials")];
  const sections = ["[default]", "[profile production]", "[sso-session login]", "[services local]"];
  await writeFile(config, sections.join("\nregion = eu-west-1\n"));
  await writeFile(
    credentials,
    "[staging]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n",
  );
  vi.stubEnv("AWS_CONFIG_FILE", config);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", credentials);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe("a profile", () => {
  it("that is in no file is named, with the files, what is in them, and what may be meant", async () => {
    const stop = await stopOf(connectAws({ profile: "prodution" }));
    expect(stop).toMatchObject({ kind: "input", code: "no-profile" });
    for (const part of [
      "AWS profile 'prodution' not found",
      `searched ${join(folder, "config")}, ${join(folder, "credentials")}`,
      "available default, production, staging",
      "Did you mean 'production'?",
    ])
      expect(textOf(stop)).toContain(part);
  });

  it("that AWS_PROFILE has is told from one that a flag has: --profile is not the only such flag", async () => {
    const byFlag = await stopOf(connectAws({ profile: "elsewhere" }));
    expect(byFlag.detail.advice).toBe("Choose one of these");
    vi.stubEnv("AWS_PROFILE", "elsewhere");
    const byEnvironment = await stopOf(connectAws({}));
    expect(byEnvironment.detail.advice).toBe("Choose one of these with --profile or AWS_PROFILE");
  });

  it("is to be made where there is none at all", async () => {
    for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
      vi.stubEnv(name, join(folder, "absent"));
    const stop = await stopOf(connectAws({ profile: "my work" }));
    expect(textOf(stop)).toContain("available none");
    expect(stop.detail.command).toEqual(["aws", "configure", "--profile", "my work"]);
  });

  it("is held against the files before a web identity or a machine's endpoint is asked instead", async () => {
    vi.stubEnv("AWS_PROFILE", "gone");
    vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", join(folder, "token"));
    vi.stubEnv("AWS_ROLE_ARN", "arn:aws:iam::444455556666:role/other");
    expect(await stopOf(connectAws({}))).toMatchObject({ code: "no-profile" });
  });

  it.each(["production", "staging", "default", ""])("may be '%s'", async (profile) => {
    vi.stubEnv("AWS_PROFILE", profile);
    const aws = await connectAws({});
    expect(aws.region).toBe("eu-west-1");
    aws.close();
  });

  it("without credentials is named", async () => {
    const aws = await connectAws({ profile: "production" });
    expect(await stopOf(aws.sts.getCaller())).toMatchObject({
      code: "no-credentials",
      message: "no AWS credentials were found by the profile 'production'",
    });
    aws.close();
  });
});
