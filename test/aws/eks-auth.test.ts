import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { eksAuthAdapter } from "../../src/aws/eks-auth.ts";
import { eksAuthClient } from "../../src/aws/eks-auth-client.ts";
import { fitAnswers } from "../../src/aws/fit-answer.ts";
import { isFailure } from "../../src/model/failure.ts";
import { withoutSecrets } from "../../src/model/secrets.ts";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2ln";
const ACCEPTED = {
  subject: { namespace: "shop", serviceAccount: "cart" },
  audience: "pods.eks.amazonaws.com",
  podIdentityAssociation: { associationArn: "arn:aws:eks:…", associationId: "a-1" },
  assumedRoleUser: { arn: "arn:aws:sts::111122223333:assumed-role/cart/eks-c-p-1", assumeRoleId: "A:b" },
  credentials: {
    accessKeyId: "ASIAEXAMPLE",
    secretAccessKey: "secret-key-of-the-pod",
    sessionToken: "session-token-of-the-pod",
    expiration: 1_800_000_000,
  },
};

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let requests: Request[];
let answer: { readonly status: number; readonly body: unknown; readonly type?: string };

beforeEach(async () => {
  requests = [];
  answer = { status: 200, body: ACCEPTED };
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString("utf8")));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      requests.push({ method, url, headers, body });
      const type = answer.type === undefined ? {} : { "x-amzn-errortype": answer.type };
      response.writeHead(answer.status, {
        "content-type": "application/json",
        "x-amzn-requestid": "r-1",
        ...type,
      });
      response.end(JSON.stringify(answer.body));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL_EKS_AUTH", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
});

const CONFIG = {
  region: "eu-west-1",
  maxAttempts: 1,
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
};

const port = () => eksAuthAdapter(fitAnswers(eksAuthClient(CONFIG)));
const exchange = () => port().assumeRoleForPodIdentity({ cluster: "work", token: TOKEN });

function refusing(status: number, type: string, message: string): void {
  answer = { status, body: { message }, type };
}

describe("a pod's token", () => {
  it("is sent as the agent sends it, signed for eks-auth", async () => {
    await exchange();
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request).toMatchObject({ method: "POST", url: "/clusters/work/assume-role-for-pod-identity" });
    expect(JSON.parse(request?.body ?? "")).toEqual({ token: TOKEN });
    expect(request?.headers.authorization).toMatch(/\/eu-west-1\/eks-auth\/aws4_request/);
  });

  it("that is accepted gives role and association, and no credentials", async () => {
    expect(await exchange()).toEqual({
      accepted: true,
      assumedRoleArn: ACCEPTED.assumedRoleUser.arn,
      associationId: "a-1",
      requestId: "r-1",
    });
  });

  it("and the pod's credentials are never printed", async () => {
    await exchange();
    expect(withoutSecrets(`${TOKEN} secret-key-of-the-pod session-token-of-the-pod`)).not.toMatch(
      /eyJhbG|secret-key|session-token/,
    );
  });

  it.each([
    [400, "InvalidTokenException", "InvalidToken"],
    [400, "ExpiredTokenException", "ExpiredToken"],
    [404, "ResourceNotFoundException", "ResourceNotFound"],
    [400, "InvalidRequestException", "InvalidRequest"],
    [400, "InvalidParameterException", "InvalidParameter"],
    [429, "ThrottlingException", "Throttling"],
    [400, "AccessDeniedException", "AccessDenied"],
  ])("that is refused (%s %s) gives EKS's own words", async (status, type, code) => {
    refusing(status, type, "Unauthorized Exception! EKS does not have permissions to assume the role.");
    expect(await exchange()).toMatchObject({
      accepted: false,
      code,
      message: expect.stringContaining("Unauthorized Exception!") as string,
    });
  });
});

describe("what is not EKS's word on the token is a failure", () => {
  const failureOf = async () => exchange().catch((error: unknown) => error);

  it("a caller without the permission", async () => {
    const message =
      "User: arn:aws:iam::1:user/x is not authorized to perform: eks-auth:AssumeRoleForPodIdentity";
    refusing(400, "AccessDeniedException", `${message} on resource: arn:aws:eks:…`);
    const failure = await failureOf();
    expect(isFailure(failure, "access-denied")).toBe(true);
    expect(failure).toMatchObject({ message: "not permitted: eks-auth:AssumeRoleForPodIdentity" });
  });

  it.each([
    ["a caller that AWS does not know", 403, "UnrecognizedClientException", "bad-credentials"],
    ["a service that is not there", 503, "ServiceUnavailableException", "aws-error"],
  ])("%s", async (_name, status, type, code) => {
    refusing(status, type, "no");
    expect(await failureOf()).toMatchObject({ code });
  });

  it("an answer of other types", async () => {
    answer = { status: 200, body: { ...ACCEPTED, assumedRoleUser: { arn: 5 } } };
    expect(await failureOf()).toMatchObject({ code: "unexpected-answer" });
  });
});

describe("the host", () => {
  it.each([
    ["eu-west-1", "eks-auth.eu-west-1.api.aws"],
    ["cn-north-1", "eks-auth.cn-north-1.api.amazonwebservices.com.cn"],
    ["eusc-de-east-1", "eks-auth.eusc-de-east-1.api.amazonwebservices.eu"],
  ])("of %s is a dual-stack one", (region, host) => {
    const client = eksAuthClient({ ...CONFIG, region });
    expect(client.config.endpointProvider({ Region: region }).url.host).toBe(host);
  });
});
