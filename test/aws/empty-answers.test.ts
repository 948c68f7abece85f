import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { connectAws } from "../../src/aws/clients.ts";
import type { IamPort } from "../../src/aws/port.ts";
import type { PolicyArn, ProviderArn } from "../../src/model/arn.ts";
import { stopOf } from "../fakes/walk.ts";

/** A server that has nothing to say, as a proxy may answer in AWS's place. */
const server = createServer((request, response) => {
  request
    .resume()
    .on("end", () => response.writeHead(200, { "content-type": "text/xml" }).end("<Response/>"));
});

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => void server.close());
beforeEach(() => {
  vi.stubEnv("AWS_ENDPOINT_URL_IAM", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "a");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "b");
});
afterEach(() => vi.unstubAllEnvs());

const provider =
  "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A" as ProviderArn;
const policy = "arn:aws:iam::111122223333:policy/p" as PolicyArn;

test.each<readonly [string, (iam: IamPort) => Promise<unknown>]>([
  ["a provider", (iam) => iam.getProvider(provider)],
  ["the providers", (iam) => iam.listProviders()],
  ["a role", (iam) => iam.getRole("r")],
  ["the roles", (iam) => iam.listRoles()],
  ["the roles in full", (iam) => iam.listRolesInFull({ policies: true })],
  ["a role's policies", (iam) => iam.listAttachedPolicies("r")],
  ["a role's inline policies", (iam) => iam.listInlinePolicies("r")],
  ["a role's instance profiles", (iam) => iam.listInstanceProfiles("r")],
  ["an inline policy", (iam) => iam.getInlinePolicy("r", "p")],
  ["a policy", (iam) => iam.getPolicyVersionId(policy)],
  ["a policy's document", (iam) => iam.getPolicyDocument(policy, "v1")],
])("an empty answer does not say that %s is not there", async (_, read) => {
  const aws = await connectAws({ region: "eu-west-1" });
  try {
    expect(await stopOf(read(aws.iam))).toMatchObject({ code: "unexpected-answer" });
  } finally {
    aws.close();
  }
});
