import { describe, expect, it } from "vitest";
import type { RoleArn } from "../../src/model/arn.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import { aDesire, CLOUDWATCH, EC2 } from "../fakes/values.ts";
import { aWorld, SECOND_ACCOUNT, SECOND_PROFILE, type World } from "../fakes/world.ts";

const AGENT = "amazon-cloudwatch/cloudwatch-agent";
const CLUSTER = "--cluster eks-work-cluster";
const VERIFY = `verify ${AGENT} ${CLUSTER} -o json`;
const BY_IRSA = `--role-profile ${SECOND_PROFILE}`;
const BY_POD_IDENTITY = `--target-profile ${SECOND_PROFILE}`;

interface Chain {
  readonly verdict: string;
  readonly firstBroken: {
    readonly code: string;
    readonly fix: { readonly kind: string; readonly text: string };
  } | null;
  readonly links: readonly { readonly link: string; readonly status: string; readonly message: string }[];
}

/** A world whose role, or target role, was created in the second AWS account. */
async function created(flags: string): Promise<World> {
  const world = aWorld();
  await runWell(world, `create-sa ${AGENT} ${CLUSTER} ${flags} --policy-arn ${CLOUDWATCH} --approve`);
  return world;
}

async function verified(world: World, flags: string): Promise<Chain & { readonly header: string }> {
  const { heard, failure } = await runIn(world, `${VERIFY} ${flags}`);
  if (failure !== undefined) throw failure;
  const answer = JSON.parse(heard.out.join("\n")) as {
    readonly secondCaller?: string;
    readonly result: { readonly chains: readonly Chain[] };
  };
  const [chain] = answer.result.chains;
  if (chain === undefined) throw new Error("no chain");
  return { ...chain, header: answer.secondCaller ?? "" };
}

const statusOf = ({ links }: Chain, link: string): string =>
  links.find((one) => one.link === link)?.status ?? "";
const roleThere = (world: World): RoleArn =>
  world.roleOf(aDesire()).replace(world.cluster.awsAccount, SECOND_ACCOUNT) as RoleArn;

describe("a role for IRSA in another AWS account", () => {
  const inTwo = (): Promise<World> => created(`--associate-oidc ${BY_IRSA}`);
  /** Without a token, so that no link passes by its exchange alone. */
  const tokenless = (world: World): World => {
    world.log.deny("kubernetes.requestToken");
    return world;
  };

  it("is read with its profile, and only then", async () => {
    const world = tokenless(await inTwo());
    const without = await verified(world, "");
    expect(["provider", "role"].map((link) => statusOf(without, link))).toEqual(["UNKNOWN", "UNKNOWN"]);
    expect(without.links.find(({ link }) => link === "role")?.message).toContain("--role-profile");
    const chain = await verified(world, BY_IRSA);
    expect(["provider", "role", "trust-policy", "permissions"].map((link) => statusOf(chain, link))).toEqual([
      "PASS",
      "PASS",
      "PASS",
      "PASS",
    ]);
    expect(chain.header).toContain(SECOND_ACCOUNT);
  });

  it.each<readonly [string, string, (world: World) => unknown]>([
    ["its provider is gone", "provider-elsewhere", ({ secondIam }) => secondIam.providers.clear()],
    [
      "its provider accepts another audience",
      "audience-not-accepted",
      ({ secondIam }) => {
        for (const [arn, provider] of secondIam.providers)
          secondIam.providers.set(arn, { ...provider, clientIds: ["other"] });
      },
    ],
    [
      "its trust policy allows someone else",
      "no-web-identity",
      (world) =>
        world.editRole(roleThere(world), ({ role }) => ({ role: { ...role, trust: trustPolicy([EC2]) } })),
    ],
  ])("%s: found, and fixed by the printed command", async (_what, code, breaks) => {
    const world = await inTwo();
    breaks(world);
    const { firstBroken } = await verified(world, BY_IRSA);
    expect(firstBroken).toMatchObject({ fix: { kind: "command" } });
    expect(firstBroken?.code).toBe(code);
    expect(firstBroken?.fix.text).toContain(BY_IRSA);
    await runWell(world, `${firstBroken?.fix.text.replace(/^irsa /, "") ?? ""} --approve`);
    expect((await verified(world, BY_IRSA)).verdict).toBe("works");
  });

  it("that is gone is told with the command that creates it again there", async () => {
    const world = await inTwo();
    world.secondIam.roles.clear();
    const { firstBroken } = await verified(world, BY_IRSA);
    expect(firstBroken).toMatchObject({ code: "role-missing" });
    expect(firstBroken?.fix.text).toContain(BY_IRSA);
  });

  it("is never changed by --fix, nor is a provider created in the cluster's AWS account", async () => {
    const world = await inTwo();
    world.secondIam.providers.clear();
    world.editRole(roleThere(world), ({ role }) => ({ role: { ...role, trust: trustPolicy([EC2]) } }));
    world.log.clear();
    await runIn(world, `verify ${AGENT} ${CLUSTER} ${BY_IRSA} --fix --approve`);
    expect(world.log.writes).toEqual([]);
  });
});

describe("a target role in another AWS account", () => {
  const inTwo = (): Promise<World> => created(`--pod-identity ${BY_POD_IDENTITY}`);

  it("is read with its profile, and only then", async () => {
    const world = await inTwo();
    const without = await verified(world, "");
    expect(statusOf(without, "target-role")).toBe("UNKNOWN");
    expect(without.links.find(({ link }) => link === "target-role")?.message).toContain("--target-profile");
    expect(statusOf(await verified(world, BY_POD_IDENTITY), "target-role")).toBe("PASS");
  });

  it.each<readonly [string, string, (world: World) => unknown]>([
    ["it is gone", "target-role-missing", ({ secondIam }) => secondIam.roles.clear()],
    [
      "its trust policy refuses the first role",
      "target-role-refuses",
      (world) =>
        world.editRole(roleThere(world), ({ role }) => ({ role: { ...role, trust: trustPolicy([EC2]) } })),
    ],
    [
      "the first role may not assume it",
      "target-role-not-allowed",
      (world) => world.editRole(world.roleOf(aDesire()), () => ({ inline: {} })),
    ],
  ])("%s: that is the broken link", async (_what, code, breaks) => {
    const world = await inTwo();
    breaks(world);
    expect(statusOf(await verified(world, BY_POD_IDENTITY), "target-role")).toBe("FAIL");
    const codes = (await runIn(world, `${VERIFY} ${BY_POD_IDENTITY}`)).heard.out.join("\n");
    expect(codes).toContain(`"${code}"`);
  });
});

it.each([
  ["both profiles", `${BY_IRSA} ${BY_POD_IDENTITY}`, "invalid-input"],
  ["one of the cluster's own AWS account", "--role-profile own", "same-aws-account"],
])("%s are refused", async (_what, flags, code) => {
  const { failure } = await runIn(await created(`--associate-oidc ${BY_IRSA}`), `${VERIFY} ${flags}`);
  expect(failure).toMatchObject({ kind: "input", code });
});
