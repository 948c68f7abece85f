import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PrincipalName } from "../../../worlds/aws-world.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { startAccessWorld } from "../../access-world.ts";
import { irsa } from "../../irsa.ts";

let world: World;

beforeAll(async () => {
  ({ world } = await startAccessWorld());
});
afterAll(async () => world?.stop());
beforeEach(() => world.aws.clearFaults());

/** The commands that judge access, each with what of its answer holds whatever else could not be read. */
const COMMANDS = {
  audit: { args: ["audit", "--fail-on", "never"], json: ["-o", "json"] },
  graph: { args: ["graph", "-o", "json"], json: [] },
  "who-can": { args: ["who-can", "cart"], json: ["-o", "json"] },
  "what-can": { args: ["what-can", "shop/cart"], json: ["-o", "json"] },
} as const;

type Name = keyof typeof COMMANDS;

const run = ({ args, json }: (typeof COMMANDS)[Name], principal: PrincipalName = "admin") =>
  irsa([...args, ...json, "--cluster", CLUSTER_NAME], world.environmentOf(principal));

interface Answer {
  readonly notRead: readonly { readonly what: string; readonly code: string; readonly message: string }[];
}

async function answerOf(name: Name, principal?: PrincipalName) {
  const { code, stdout } = await run(COMMANDS[name], principal);
  const answer = (JSON.parse(stdout) as { result: Answer }).result;
  return { code, answer, missing: answer.notRead.map(({ what, code }) => `${what}: ${code}`) };
}

const CLUSTER = CLUSTER_NAME;

interface Denied {
  readonly denied: readonly string[];
  readonly missing: readonly string[];
}

/** What is denied to each, and what it then says is missing. */
const DENIED: readonly (readonly [Name, Denied])[] = [
  [
    "audit",
    {
      denied: ["eks:ListPodIdentityAssociations"],
      missing: [`Pod Identity associations of ${CLUSTER}: access-denied`],
    },
  ],
  [
    "graph",
    {
      denied: ["eks:ListPodIdentityAssociations"],
      missing: [`Pod Identity associations of ${CLUSTER}: access-denied`],
    },
  ],
  [
    "who-can",
    {
      denied: ["eks:ListPodIdentityAssociations"],
      missing: [`Pod Identity associations of ${CLUSTER}: access-denied`],
    },
  ],
  [
    "what-can",
    { denied: ["eks:ListPodIdentityAssociations"], missing: ["Pod Identity associations: access-denied"] },
  ],
  [
    "audit",
    { denied: ["iam:GetOpenIDConnectProvider"], missing: [`identity provider of ${CLUSTER}: access-denied`] },
  ],
  [
    "graph",
    { denied: ["iam:GetOpenIDConnectProvider"], missing: [`identity provider of ${CLUSTER}: access-denied`] },
  ],
  [
    "who-can",
    { denied: ["iam:GetOpenIDConnectProvider"], missing: [`identity provider of ${CLUSTER}: access-denied`] },
  ],
  ["what-can", { denied: ["iam:GetOpenIDConnectProvider"], missing: ["identity provider: access-denied"] }],
  [
    "audit",
    { denied: ["iam:GetAccountAuthorizationDetails", "iam:ListRoles"], missing: ["roles: access-denied"] },
  ],
  [
    "graph",
    { denied: ["iam:GetAccountAuthorizationDetails", "iam:ListRoles"], missing: ["roles: access-denied"] },
  ],
  ["what-can", { denied: ["iam:ListRoles"], missing: ["roles: access-denied"] }],
  ...(["audit", "graph"] as const).flatMap((name): [Name, Denied][] => [
    [name, { denied: ["eks:ListNodegroups"], missing: [`node groups of ${CLUSTER}: access-denied`] }],
    [
      name,
      { denied: ["eks:ListFargateProfiles"], missing: [`Fargate profiles of ${CLUSTER}: access-denied`] },
    ],
  ]),
];

/** Roles of which one thing can't be read: the half-readable ServiceAccount. */
const HALF = ["policies of admin", "policies of cart", "policies of vpc", "policies of wide"];

describe("what is denied", () => {
  test.each(DENIED)(
    "%s without $denied says so, answers with the rest, and exits with 4",
    async (name, { denied, missing }) => {
      for (const action of denied) world.aws.deny({ action });
      const { code, missing: said } = await answerOf(name);
      expect(said).toEqual(missing);
      expect(code).toBe(4);
    },
  );

  test.each(["audit", "graph"] as const)(
    "%s of a ServiceAccount whose policies can't be read names each role",
    async (name) => {
      world.aws.deny({ action: "iam:GetAccountAuthorizationDetails" });
      world.aws.deny({ action: "iam:ListAttachedRolePolicies" });
      const { code, missing } = await answerOf(name);
      expect(missing).toEqual(HALF.map((what) => `${what.replace("of", "of role")}: access-denied`));
      expect(code).toBe(4);
    },
  );

  test("what-can names them too, and still the roles", async () => {
    world.aws.deny({ action: "iam:ListAttachedRolePolicies" });
    const { code, missing, answer } = await answerOf("what-can");
    expect(missing).toEqual(HALF.map((what) => `${what.replace("of", "of role")}: access-denied`));
    expect(answer).toMatchObject({ roles: [{}, { annotated: true }, {}, {}] });
    expect(code).toBe(4);
  });

  test.each(["audit", "graph", "who-can"] as const)(
    "%s for one who may not look into the cluster",
    async (name) => {
      const { code, missing } = await answerOf(name, "viewer");
      const withNodes = name !== "who-can";
      expect(missing).toEqual([
        ...(withNodes
          ? ["EC2NodeClass", "NodeClass"].map((kind) => `${kind} objects of ${CLUSTER}: forbidden`)
          : []),
        `ServiceAccounts of ${CLUSTER}: forbidden`,
        ...(withNodes ? [`nodes of ${CLUSTER}: forbidden`] : []),
        `pods of ${CLUSTER}: forbidden`,
      ]);
      expect(code).toBe(4);
    },
  );

  test("who-can stops where the role itself can't be read: there is nothing to answer with", async () => {
    world.aws.deny({ action: "iam:GetRole" });
    const { code, stdout } = await run(COMMANDS["who-can"]);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "access-denied" } });
    expect(code).toBe(4);
  });
});

const THROTTLED = { when: "before", status: 400, code: "Throttling", message: "Rate exceeded" } as const;

describe("what is throttled", () => {
  test.each(["audit", "graph", "who-can", "what-can"] as const)(
    "%s waits out a while of it, and answers the same",
    async (name) => {
      const { answer } = await answerOf(name);
      world.aws.fail({ ...THROTTLED, action: "iam:Get*", times: 2 });
      const { code, answer: later } = await answerOf(name);
      expect({ ...later, observedAt: "" }).toEqual({ ...answer, observedAt: "" });
      expect(code).toBe(0);
    },
  );

  test.each([
    ["audit", "iam:GetOpenIDConnectProvider", `identity provider of ${CLUSTER}`],
    ["graph", "iam:GetAccountAuthorizationDetails", "roles"],
    ["who-can", "iam:GetOpenIDConnectProvider", `identity provider of ${CLUSTER}`],
    ["what-can", "iam:ListRoles", "roles"],
  ] as const)(
    "%s says what it did not get where %s is throttled for good, and exits with 1",
    async (name, action, what) => {
      world.aws.fail({ ...THROTTLED, action, times: 10_000 });
      const { code, missing } = await answerOf(name);
      expect(missing).toEqual([`${what}: throttled`]);
      expect(code).toBe(1);
    },
  );
});
