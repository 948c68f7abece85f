import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "vitest";
import { ENGINES } from "../../src/export/all-engines.ts";
import { script } from "../../src/export/engines/script.ts";
import { modelFor } from "../../src/export/select.ts";
import { TAG } from "../../src/model/ownership-tags.ts";
import { aModel, anAssociation, aRole } from "../export/a-model.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { stopOf } from "../fakes/walk.ts";
import { attack } from "./attack.ts";

/** Two names with one beginning, whose digests of 40 bits are the same; found in some seconds. */
const named = (end: string) => aServiceAccount(`shop/${"x".repeat(48)}${end}`);
const [ONE, OTHER] = [named("6fxz"), named("u7pt")];

const WITH_ASSOCIATIONS = Object.entries(ENGINES).filter(([, { kinds }]) => kinds.includes("association"));

for (const [name, engine] of WITH_ASSOCIATIONS)
  attack(
    "pull-request author",
    `Name two ServiceAccounts so that a text for ${name} has one resource in place of both`,
    {
      attack: async () => {
        const both = aModel([ONE, OTHER].map((serviceAccount) => anAssociation({ serviceAccount })));
        expect(await stopOf((async () => modelFor(both, engine, false))())).toMatchObject({
          code: "not-expressible",
          detail: {
            facts: [
              ["not expressible", [expect.stringMatching(/^two resources would be called Association/)]],
            ],
          },
        });
      },
      twin: () => {
        const serviceAccounts = [ONE, named("6fxy")];
        const { model } = modelFor(
          aModel(serviceAccounts.map((serviceAccount) => anAssociation({ serviceAccount }))),
          engine,
          false,
        );
        const text = engine.write(model);
        for (const serviceAccount of serviceAccounts) expect(text).toContain(serviceAccount.name);
      },
    },
  );

/** `aws` that has a role with our tags, and writes down what it is called with; `$OTHERS` more statements are in its trust policy. */
const AWS = `printf '%s\\n' "$2" >> "$CALLS"
case "$*" in
  *get-caller-identity*) echo 111122223333 ;;
  *Role.Tags*) echo 4 ;;
  *Effect*) echo "$OTHERS" ;;
  *length*) echo 1 ;;
esac`;

/** What a script with an inline policy for a role ends with and calls where others can assume the role, or nobody else. */
function run(others: number, more: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "irsa-script-"));
  try {
    writeFileSync(join(folder, "aws"), `#!/bin/sh\n${AWS}\n`, { mode: 0o755 });
    const CALLS = join(folder, "calls");
    const { awsAccount } = aModel([]).cluster;
    const tags = Object.fromEntries(
      [TAG.managedBy, TAG.clusterArn, TAG.namespace, TAG.serviceAccount].map((key) => [key, "x"]),
    );
    const text = script
      .write(aModel([aRole({ tags, inline: { irsa: GIVEN }, trust: OWN })]))
      .replace(`target ${awsAccount}`, "target 111122223333");
    const { status, stderr } = spawnSync("/bin/sh", ["-c", text], {
      env: { PATH: [folder, process.env["PATH"]].join(delimiter), CALLS, OTHERS: String(others), ...more },
      encoding: "utf8",
    });
    return { status, stderr, calls: readFileSync(CALLS, "utf8").split("\n") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const GIVEN = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
} as const;
const OWN = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
} as const;

attack(
  "other IAM user",
  "H2: create the role of a script with irsa's tags and a statement of their own, and wait for its permissions",
  {
    attack: () => {
      const { status, stderr, calls } = run(1);
      expect(status).toBe(1);
      expect(stderr).toContain("role cart can also be assumed by others");
      expect(calls.filter((call) => /^(attach|put|update|tag)-/.test(call))).toEqual([]);
      expect(run(1, { ALLOW_SHARED_ROLES: "cart-2 other" }).status).toBe(1);
    },
    twin: () => {
      for (const ended of [run(0), run(1, { ALLOW_SHARED_ROLES: "other cart" })]) {
        expect([ended.status, ended.stderr]).toEqual([0, ""]);
        expect(ended.calls).toContain("put-role-policy");
      }
    },
  },
);
