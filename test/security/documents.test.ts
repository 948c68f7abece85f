import { IAMClient } from "@aws-sdk/client-iam";
import { listRolesInFull } from "../../src/aws/iam-details.ts";
import { expect } from "vitest";
import { parsePolicyDocument, decodePolicyDocument } from "../../src/model/trust-policy/parse.ts";
import { decoded, decodedIfAny } from "../../src/aws/iam-wire.ts";
import { attack } from "./attack.ts";
import { aFolder } from "./folder.ts";
import { runHere } from "./in-process.ts";

const ALLOW = '{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}';
const policy = (statement: string): string => `{"Version":"2012-10-17","Statement":[${statement}]}`;
const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

const create = (file: string) => [
  "create-sa",
  "--cluster",
  "demo",
  "-n",
  "shop",
  "--name",
  "app",
  "--policy-file",
  file,
  "--approve",
];

attack(
  "pull-request author",
  "L3: a policy with a key twice means one thing to its reader and another to IAM",
  {
    attack: async () => {
      for (const text of [
        policy('{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}'),
        `{"Version":"2012-10-17","Statement":[],"Statement":[${ALLOW}]}`,
      ])
        await expectRefused(text);
    },
    twin: () => {
      const text = policy(`${ALLOW},${ALLOW}`);
      expect(parsePolicyDocument(text, "identity")).toMatchObject({ ok: true });
      expect(decodePolicyDocument(encodeURIComponent(text))).toEqual(JSON.parse(text));
    },
  },
);

attack(
  "other IAM user",
  "L3 variant: the second key is escaped, or deep in a condition, or in a document that IAM has",
  {
    attack: async () => {
      for (const text of [
        policy('{"Effect":"Deny","\\u0045ffect":"Allow","Action":"*","Resource":"*"}'),
        policy(
          '{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true","a:b":"false"}}}',
        ),
      ]) {
        await expectRefused(text);
        expect(() => decodePolicyDocument(encodeURIComponent(text))).toThrow("twice in one object");
        expect(decodedIfAny(encodeURIComponent(text))).toBeUndefined();
        expect(() => decoded("trust policy", text)).toThrow(/is not a valid policy document/);
      }
      const yaml = "metadata: { name: a }\nattachPolicy: { Version: '2012-10-17', Version: '2008-10-17' }\n";
      const file = aFolder().file("a.yaml", yaml);
      expect((await runHere(["plan", "-f", file])).stderr).toContain("duplicate key '");
    },
    twin: () => {
      // The same key in two objects, and two keys that differ by case alone, which IAM takes as they are.
      const text = policy(
        `${ALLOW},${ALLOW.replace("{", '{"Condition":{"Bool":{"a:b":"true","A:b":"true"}},')}`,
      );
      expect(decodePolicyDocument(encodeURIComponent(text))).toEqual(JSON.parse(text));
    },
  },
);

async function expectRefused(text: string): Promise<void> {
  const { code, stderr } = await runHere(create(aFolder().file("policy.json", text)));
  expect(code).toBe(2);
  expect(stderr).toMatch(/has the key '[\w:]+' twice in one object \(line 1, column \d+\)/);
}

attack("pull-request author", "L2: a deep policy, or one that is too large, ends in a bug of irsa", {
  attack: async () => {
    for (const text of [
      policy(`{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":${deep(100_000)}}`),
      policy(deep(20)),
      deep(1_000_000).slice(0, 100_000),
      `${" ".repeat(200_000)}{}`,
      policy(`{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLike":${deep(8)}}}`),
    ]) {
      const { code, stderr } = await runHere(create(aFolder().file("policy.json", text)));
      expect({ code, stderr }).toMatchObject({ code: 2 });
      expect(stderr).not.toContain("bug in irsa");
      expect(stderr.length).toBeLessThan(2_000);
    }
  },
  twin: () => {
    // As large as IAM takes it, with as much white space as an editor puts in.
    const statement = {
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: Array.from({ length: 200 }, (_, at) => `arn:aws:s3:::bucket-${at}/*`),
    };
    const text = JSON.stringify({ Version: "2012-10-17", Statement: statement }, undefined, 8);
    expect(parsePolicyDocument(text, "identity")).toMatchObject({ ok: true });
  },
});

attack("pull-request author", "L1: YAML aliases keep the run busy", {
  attack: async () => {
    for (const text of [
      `a: &a [1]\nb: [${"*a, ".repeat(20_000)}]\n`,
      `a0: &a0 [x]\n${Array.from({ length: 60 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join("")}`,
      `a0: &a0 {x: 1}\n${Array.from({ length: 60 }, (_, at) => `a${at + 1}: &a${at + 1} {<<: [*a${at}, *a${at}]}\n`).join("")}`,
      "- ".repeat(100_000),
      "[".repeat(100_000),
    ])
      for (const args of [
        ["plan", "-f"],
        ["use-sa", "-n", "shop", "--name", "app", "-f"],
        ["get-sa", "--kubeconfig"],
      ]) {
        const { code, stderr } = await runHere([...args, aFolder().file("a.yaml", text)]);
        expect({ code, stderr }).toMatchObject({ code: 2 });
        expect(stderr).toMatch(/aliases|levels|values/);
      }
  },
  twin: async () => {
    const serviceAccounts = Array.from(
      { length: 3_000 },
      (_, at) => `    - { <<: *defaults, metadata: { name: app-${at}, namespace: shop } }\n`,
    );
    const text = `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: demo, region: eu-west-1 }
iam:
  serviceAccounts:
    - &defaults { metadata: { name: app, namespace: shop }, attachPolicyARNs: &policies ["arn:aws:iam::aws:policy/ReadOnlyAccess"] }
${serviceAccounts.join("")}`;
    const { stderr } = await runHere(["plan", "-f", aFolder().file("a.yaml", text)]);
    // It is read, and then there are no credentials to go on with.
    expect(stderr).toMatch(/credentials/);
  },
});

attack(
  "pull-request author",
  "L1 variant: what is wrong in thirty thousand ways is told in thirty thousand lines",
  {
    attack: async () => {
      const text = Array.from({ length: 30_000 }, (_, at) => `k${at}: 1\n`).join("");
      const { code, stderr } = await runHere(["plan", "-f", aFolder().file("a.yaml", text)]);
      expect(code).toBe(2);
      expect(stderr).toContain("1000 or more invalid values");
      expect(stderr.split("\n").length).toBeLessThan(1_100);
    },
    twin: async () => {
      const file = aFolder().file(
        "a.yaml",
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: { name: demo, region: eu-west-1 }\nimn: {}\nian: {}\n",
      );
      expect((await runHere(["plan", "-f", file])).stderr).toMatch(/2 invalid values[^]*imn[^]*ian/);
    },
  },
);

const TWICE = policy(ALLOW.replace("{", '{"Effect":"Deny",'));

/** The roles `plain` and `odd` as IAM lists them in full, the latter with an inline policy. */
async function listedWith(inline: string): Promise<Readonly<Record<string, boolean>>> {
  const client = new IAMClient({ region: "us-east-1" });
  const role = (RoleName: string, document: string) => ({
    RoleName,
    RoleId: RoleName,
    Arn: `arn:aws:iam::111122223333:role/${RoleName}`,
    RolePolicyList: [{ PolicyName: "p", PolicyDocument: encodeURIComponent(document) }],
  });
  const output = { $metadata: {}, RoleDetailList: [role("plain", policy(ALLOW)), role("odd", inline)] };
  client.middlewareStack.add(() => async () => ({ response: {}, output }), { step: "initialize" });
  const { roles } = await listRolesInFull(client, { policies: false });
  return Object.fromEntries(roles.map(({ id, details }) => [id, details !== undefined]));
}

attack(
  "other IAM user",
  "L3 variant: one document that can't be read hides all other roles from audit and watch",
  {
    attack: async () => expect(await listedWith(TWICE)).toEqual({ plain: true, odd: false }),
    twin: async () => expect(await listedWith(policy(ALLOW))).toEqual({ plain: true, odd: true }),
  },
);
