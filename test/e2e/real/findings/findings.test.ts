import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditAsff } from "../../../../src/output/asff.ts";
import { auditOcsf } from "../../../../src/output/ocsf.ts";
import { HOSTILE_AUDIT, LONG_AUDIT } from "../../../output/hub-reports.ts";
import { installMoto } from "../../../worlds/moto/install.ts";
import { openNursery } from "../../../worlds/process.ts";
import { installPackages } from "../../../worlds/python-packages.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { startAccessWorld } from "../../access-world.ts";
import { irsa } from "../../irsa.ts";

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const RUN = { version: "1.0.0", at: new Date("2026-11-28T12:00:00Z") };

let world: World;
let python: { readonly ocsf: string; readonly moto: string };

beforeAll(async () => {
  const nursery = await openNursery(0);
  const ocsf = await installPackages(nursery, "ocsf-1.2.0-0.10.0", fileOf("requirements.txt"));
  python = { ocsf, moto: await installMoto(nursery) };
  await nursery.close();
  ({ world } = await startAccessWorld());
});
afterAll(() => world?.stop());

/** What the script says of the findings, line by line. */
async function saidOf(interpreter: string, script: string, findings: string): Promise<string[]> {
  const child = spawn(interpreter, [fileOf(script)], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(findings);
  const [said] = await Promise.all([text(child.stdout), once(child, "close")]);
  expect(child.exitCode).toBe(0);
  return said.split("\n").filter((line) => line !== "");
}

async function audited(format: string): Promise<string> {
  const args = ["audit", "--cluster", CLUSTER_NAME, "-o", format];
  const { code, stdout, stderr } = await irsa(args, world.environmentOf("admin"));
  expect(code, stderr).toBe(3);
  return stdout;
}

describe("OCSF, to the schema as OCSF publishes it and to Prowler's model of it", () => {
  const ocsf = (findings: string) => saidOf(python.ocsf, "ocsf.py", findings);

  test("an audit is valid", async () => {
    const findings = await audited("ocsf");
    expect(JSON.parse(findings)).toHaveLength(11);
    expect(await ocsf(findings)).toEqual([]);
  });

  test.each([
    ["hostile names", HOSTILE_AUDIT],
    ["texts beyond every limit", LONG_AUDIT],
  ])("an audit of %s is valid", async (_, report) => {
    expect(await ocsf(String(auditOcsf(report, RUN)))).toEqual([]);
  });

  test.each([
    ["an attribute that the class does not have", { nonsense: 1 }, /^schema: .*nonsense/],
    ["a severity that there is not", { severity_id: 42 }, /^schema: .*42/],
    ["a time as text", { time: "today" }, /^model: .*time/s],
  ])("%s would be objected to", async (_, change, complaint) => {
    const [event] = JSON.parse(String(auditOcsf(LONG_AUDIT, RUN))) as readonly [object];
    const said = await ocsf(JSON.stringify([{ ...event, ...change }]));
    expect(said.join("\n")).toMatch(new RegExp(complaint.source, `${complaint.flags}m`));
  });
});

describe("ASFF, to boto3 and to a Security Hub that keeps what it takes", () => {
  const asff = (findings: string) => saidOf(python.moto, "asff.py", findings);

  test("an audit is imported", async () => {
    const findings = await audited("asff");
    expect(await asff(findings)).toEqual(["imported: 11"]);
  });

  test("once, if it is imported twice", async () => {
    const [one, other] = [await audited("asff"), await audited("asff")].map(
      (answer) => JSON.parse(answer) as object[],
    );
    expect(await asff(JSON.stringify([...(one ?? []), ...(other ?? [])]))).toEqual(["imported: 11"]);
  });

  test.each([
    ["hostile names", HOSTILE_AUDIT],
    ["texts beyond every limit", LONG_AUDIT],
  ])("an audit of %s is imported", async (_, report) => {
    expect(await asff(String(auditAsff(report, RUN)))).toEqual([
      `imported: ${report.findings.length + report.suppressed.length}`,
    ]);
  });

  test("a finding without resources would be objected to", async () => {
    const [finding] = JSON.parse(String(auditAsff(LONG_AUDIT, RUN))) as readonly [object];
    const said = await asff(JSON.stringify([{ ...finding, Resources: undefined }]));
    expect(said.join("\n")).toMatch(/^boto3: .*\n?.*Resources/m);
  });
});
