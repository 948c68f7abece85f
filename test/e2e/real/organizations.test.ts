import { afterAll, beforeAll, expect, it } from "vitest";
import { fitAnswers } from "../../../src/aws/fit-answer.ts";
import { organizationsAdapter } from "../../../src/aws/organizations.ts";
import { organizationsClient } from "../../../src/aws/organizations-client.ts";
import type { OrganizationsPort } from "../../../src/aws/organizations-port.ts";
import { openNursery, type Nursery } from "../../worlds/process.ts";
import { startMoto } from "../../worlds/moto/server.ts";

const MANAGEMENT = "111122223333";

let nursery: Nursery;
let url: string;
let port: OrganizationsPort;

beforeAll(async () => {
  nursery = await openNursery(0);
  url = await startMoto(nursery, MANAGEMENT);
  const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" };
  port = organizationsAdapter(
    fitAnswers(organizationsClient({ endpoint: url, region: "eu-west-1", credentials })),
  );
});
afterAll(() => nursery.close());

/** A call of moto, in the protocol of Organizations: its answer as JSON. */
async function call(operation: string, input: object): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSOrganizationsV20161128.${operation}`,
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/organizations/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify(input),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${operation}: ${answer}`);
  return answer;
}

async function createAccount(name: string): Promise<string> {
  const text = await call("CreateAccount", { AccountName: name, Email: `${name}@example.com` });
  const { CreateAccountStatus: status }: { CreateAccountStatus: { AccountId: string } } = JSON.parse(text);
  return status.AccountId;
}

it("lists the accounts of moto's organization, by unit and in all", async () => {
  await call("CreateOrganization", { FeatureSet: "ALL" });
  const { Roots }: { Roots: { Id: string }[] } = JSON.parse(await call("ListRoots", {}));
  const root = Roots[0]?.Id ?? "";
  const text = await call("CreateOrganizationalUnit", { ParentId: root, Name: "workloads" });
  const { OrganizationalUnit: unit }: { OrganizationalUnit: { Id: string } } = JSON.parse(text);
  const made: string[] = [];
  for (let number = 0; number < 3; number += 1) made.push(await createAccount(`team-${number}`));
  const [moved = ""] = made;
  const move = { AccountId: moved, SourceParentId: root, DestinationParentId: unit.Id };
  await call("MoveAccount", move);
  const all = await port.listAccounts();
  expect(all.map(({ awsAccount }) => awsAccount).toSorted()).toEqual([MANAGEMENT, ...made].toSorted());
  expect(new Set(all.map(({ state }) => state))).toEqual(new Set(["ACTIVE"]));
  expect(await port.listUnits(root)).toEqual([unit.Id]);
  expect(await port.listAccounts(unit.Id)).toMatchObject([{ awsAccount: moved, name: "team-0" }]);
  const inRoot = await port.listAccounts(root);
  expect(inRoot.map(({ awsAccount }) => awsAccount)).not.toContain(moved);
  await expect(port.listAccounts("ou-none-nonenone")).rejects.toThrow("ParentNotFound");
});
