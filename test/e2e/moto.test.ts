import { GetPolicyCommand, GetPolicyVersionCommand, type IAMClient } from "@aws-sdk/client-iam";
import { access } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listOf, type OneOrMany } from "../../src/model/trust-policy/document.ts";
import { AWS_POLICIES } from "../../src/sandbox/aws/iam/aws-policies.ts";
import { describeAwsWorld } from "../sandbox/aws/world-cases.ts";
import type { AwsWorld } from "../worlds/aws-world.ts";
import { startMotoWorld } from "../worlds/moto/world.ts";

describeAwsWorld(startMotoWorld);

describe("AWS's managed policies as we emulate them", () => {
  let world: AwsWorld;

  beforeAll(async () => {
    world = await startMotoWorld();
  });

  afterAll(async () => world.stop());

  it.each(Object.entries(AWS_POLICIES))("%s is what moto knows", async (name, { versionId, statements }) => {
    expect(await defaultVersion(world.iam(), `arn:aws:iam::aws:policy/${name}`)).toEqual({
      versionId,
      statements: normalised(statements),
    });
  });
});

it("leaves nothing behind when it stops", async () => {
  const other = await startMotoWorld({ account: "444455556666" });
  const folder = other.environment["HOME"] ?? "";
  await access(folder);
  await other.stop();
  await expect(access(folder)).rejects.toMatchObject({ code: "ENOENT" });
  await expect(fetch(other.url)).rejects.toThrow("fetch failed");
});

async function defaultVersion(iam: IAMClient, PolicyArn: string) {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const versionId = Policy?.DefaultVersionId ?? "";
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: versionId }));
  const document = decodeURIComponent(PolicyVersion?.Document ?? "");
  const { Statement } = JSON.parse(document) as { Statement: readonly object[] };
  return { versionId, statements: normalised(Statement) };
}

/** Statements without names, every element that may be one value or many as a list, sorted. */
function normalised(statements: readonly object[]): unknown {
  return statements.map((statement) =>
    Object.fromEntries(
      Object.entries(statement)
        .filter(([element]) => element !== "Sid")
        .map(([element, value]) => [
          element,
          element === "Condition" ? value : sorted(value as OneOrMany<string>),
        ]),
    ),
  );
}

function sorted(value: OneOrMany<string>): readonly string[] {
  return listOf(value).toSorted((a, b) => a.localeCompare(b));
}
