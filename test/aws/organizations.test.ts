import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fitAnswers } from "../../src/aws/fit-answer.ts";
import { organizationsAdapter } from "../../src/aws/organizations.ts";
import { organizationsClient, organizationsEndpoint } from "../../src/aws/organizations-client.ts";
import type { OrganizationsPort } from "../../src/aws/organizations-port.ts";
import { isFailure } from "../../src/model/failure.ts";

interface Answer {
  readonly status?: number;
  readonly body: object;
}

let server: Server;
let port: OrganizationsPort;
/** What is answered next, and what was asked. */
let answers: Answer[];
let asked: { readonly target: unknown; readonly input: unknown; readonly authorization: string }[];

beforeEach(async () => {
  answers = [];
  asked = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString("utf8")));
    request.on("end", () => {
      const { "x-amz-target": target, authorization = "" } = request.headers;
      asked.push({ target, input: JSON.parse(body), authorization });
      const { status = 200, body: answer } = answers.shift() ?? { status: 500, body: {} };
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" };
  const client = organizationsClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
  port = organizationsAdapter(fitAnswers(client));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const account = (Id: string, more: object): object => ({ Id, Name: "shop", Arn: "arn:…", ...more });

describe("the accounts of an organization", () => {
  it("are those of all pages, an empty one among them, with their states", async () => {
    answers = [
      { body: { Accounts: [account("111111111111", { Status: "ACTIVE" })], NextToken: "a" } },
      { body: { Accounts: [], NextToken: "b" } },
      { body: { Accounts: [account("222222222222", { State: "SUSPENDED", Status: "ACTIVE" })] } },
    ];
    expect(await port.listAccounts()).toEqual([
      { awsAccount: "111111111111", name: "shop", state: "ACTIVE" },
      { awsAccount: "222222222222", name: "shop", state: "SUSPENDED" },
    ]);
    expect(asked.map(({ target, input }) => [target, input])).toEqual([
      ["AWSOrganizationsV20161128.ListAccounts", {}],
      ["AWSOrganizationsV20161128.ListAccounts", { NextToken: "a" }],
      ["AWSOrganizationsV20161128.ListAccounts", { NextToken: "b" }],
    ]);
    expect(asked[0]?.authorization).toContain("/us-east-1/organizations/aws4_request");
  });

  it("of a unit, and the units in it, are asked for by its ID", async () => {
    answers = [
      { body: { Accounts: [] } },
      { body: { OrganizationalUnits: [{ Id: "ou-root-b", Name: "b" }] } },
    ];
    expect([await port.listAccounts("ou-root-a"), await port.listUnits("ou-root-a")]).toEqual([
      [],
      ["ou-root-b"],
    ]);
    expect(asked.map(({ target, input }) => [target, input])).toEqual([
      ["AWSOrganizationsV20161128.ListAccountsForParent", { ParentId: "ou-root-a" }],
      ["AWSOrganizationsV20161128.ListOrganizationalUnitsForParent", { ParentId: "ou-root-a" }],
    ]);
  });

  it.each([
    [
      { status: 400, body: { __type: "AccessDeniedException", Message: "You don't have permissions" } },
      "access-denied",
    ],
    [
      { status: 400, body: { __type: "AWSOrganizationsNotInUseException", Message: "not a member" } },
      "aws-error",
    ],
    [{ body: {} }, "unexpected-answer"],
    [{ body: { Accounts: [{ Name: "shop", State: "ACTIVE" }] } }, "unexpected-answer"],
    [{ body: { Accounts: [account("111111111111", {})] } }, "unexpected-answer"],
    [{ body: { Accounts: [{ Id: 111_111_111_111 }] } }, "unexpected-answer"],
  ])("are not known of %j: %s", async (answer, code) => {
    answers = [answer];
    const failure: unknown = await port.listAccounts().catch((error: unknown) => error);
    expect(isFailure(failure) ? failure.code : failure).toBe(code);
  });
});

it.each([
  ["eu-west-1", "organizations.us-east-1.amazonaws.com", "us-east-1"],
  ["cn-north-1", "organizations.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"],
  ["us-gov-east-1", "organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
])("for a caller in %s the endpoint is %s", (Region, host, signingRegion) => {
  const { url, properties } = organizationsEndpoint({ Region });
  expect([url.host, properties.authSchemes[0]?.signingRegion]).toEqual([host, signingRegion]);
});
