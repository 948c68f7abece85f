import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { bearerToken } from "../../src/aws/bearer-token.ts";
import { connectAws } from "../../src/aws/clients.ts";
import { endpointOverrides } from "../../src/aws/endpoints.ts";
import { stopOf } from "../fakes/walk.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-aws-"));
  await writeFile(
    join(folder, "config"),
    "[profile far]\nregion = ap-south-1\n[profile bare]\noutput = json\n",
  );
});
afterAll(async () => rm(folder, { recursive: true }));
beforeEach(() => {
  for (const name of Object.keys(process.env).filter((one) => one.startsWith("AWS_")))
    vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "none"));
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
});
afterEach(() => vi.unstubAllEnvs());

function overridesIn(region: string) {
  const config = { region, credentials };
  return endpointOverrides({
    eks: new EKSClient(config),
    iam: new IAMClient(config),
    sts: new STSClient(config),
  });
}

describe("endpoints that are not AWS's own", () => {
  it.each(["eu-west-1", "us-east-1", "cn-north-1", "us-gov-west-1"])(
    "are none by themselves, in %s",
    async (region) => {
      expect(await overridesIn(region)).toEqual({});
    },
  );

  it("are shown by service, with AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:5000");
    vi.stubEnv("AWS_ENDPOINT_URL_IAM", "https://iam.example.com");
    expect(await overridesIn("eu-west-1")).toEqual({
      eks: "http://127.0.0.1:5000",
      iam: "https://iam.example.com",
      sts: "http://127.0.0.1:5000",
    });
  });

  it("are none where the SDK is told to ignore them", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:5000");
    vi.stubEnv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    expect(await overridesIn("eu-west-1")).toEqual({});
  });

  it("are not FIPS or dual-stack ones: those are AWS's own", async () => {
    vi.stubEnv("AWS_USE_FIPS_ENDPOINT", "true");
    vi.stubEnv("AWS_USE_DUALSTACK_ENDPOINT", "true");
    expect(await overridesIn("us-east-1")).toEqual({});
  });
});

describe("the region", () => {
  it.each<readonly [string, Record<string, string>, { region?: string; profile?: string }, string]>([
    ["the flag's", { AWS_REGION: "eu-north-1" }, { region: "eu-west-1" }, "eu-west-1"],
    ["AWS_REGION's", { AWS_REGION: "eu-north-1", AWS_DEFAULT_REGION: "us-east-1" }, {}, "eu-north-1"],
    ["AWS_DEFAULT_REGION's", { AWS_DEFAULT_REGION: "us-east-1" }, {}, "us-east-1"],
    ["the profile's", {}, { profile: "far" }, "ap-south-1"],
    ["AWS_PROFILE's", { AWS_PROFILE: "far" }, {}, "ap-south-1"],
  ])("is %s", async (_what, environment, choice, region) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const aws = await connectAws(choice);
    expect(aws.region).toBe(region);
    aws.close();
  });

  it("must be set somewhere", async () => {
    expect(await stopOf(connectAws({ profile: "bare" }))).toMatchObject({ kind: "input", code: "no-region" });
  });
});

describe("a bearer token", () => {
  async function urlOf(token: string): Promise<URL> {
    expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
    return new URL(Buffer.from(token.slice("k8s-aws-v1.".length), "base64url").toString("utf8"));
  }

  it.each([
    ["eu-west-1", "sts.eu-west-1.amazonaws.com"],
    ["cn-north-1", "sts.cn-north-1.amazonaws.com.cn"],
  ])(
    "is a presigned GetCallerIdentity of the region's own STS that names the cluster: %s",
    async (region, host) => {
      const url = await urlOf(await bearerToken(new STSClient({ region, credentials }), "work"));
      expect(url).toMatchObject({ protocol: "https:", host, pathname: "/" });
      expect(Object.fromEntries(url.searchParams)).toMatchObject({
        Action: "GetCallerIdentity",
        Version: "2011-06-15",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Expires": "60",
        "X-Amz-SignedHeaders": "host;x-k8s-aws-id",
        "X-Amz-Credential": expect.stringMatching(
          `^AKIDEXAMPLE/\\d{8}/${region}/sts/aws4_request$`,
        ) as string,
        "X-Amz-Signature": expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      });
    },
  );

  it("is signed for one cluster", async () => {
    const client = new STSClient({ region: "eu-west-1", credentials });
    const signatures = await Promise.all(
      ["one", "other"].map(async (name) =>
        (await urlOf(await bearerToken(client, name))).searchParams.get("X-Amz-Signature"),
      ),
    );
    expect(new Set(signatures).size).toBe(2);
  });

  it("carries the session token of temporary credentials", async () => {
    const session = { ...credentials, sessionToken: "a+b/c==" };
    const url = await urlOf(
      await bearerToken(new STSClient({ region: "eu-west-1", credentials: session }), "work"),
    );
    expect(url.searchParams.get("X-Amz-Security-Token")).toBe("a+b/c==");
  });

  it("goes where STS is told to be", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:5000");
    const url = await urlOf(await bearerToken(new STSClient({ region: "eu-west-1", credentials }), "work"));
    expect(url.origin).toBe("http://127.0.0.1:5000");
  });

  it("can't be made without credentials: a failure that says so", async () => {
    const none = () => Promise.reject(Object.assign(new Error("none"), { name: "CredentialsProviderError" }));
    const client = new STSClient({ region: "eu-west-1", credentials: none });
    expect(await stopOf(bearerToken(client, "work"))).toMatchObject({ code: "no-credentials" });
  });
});
