import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseRoleArn, type RoleArn } from "../../src/model/arn.ts";
import { hostPath, providerArn } from "../../src/model/issuer.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { OPEN_TO_PODS } from "../fakes/eksctl-account.ts";
import { Fleet, notAssumable } from "../fakes/fleet.ts";
import { aServiceAccount, right } from "../fakes/values.ts";
import type { World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";
import { broken, jsonOf, roleOf, runOn, type Ran } from "./run.ts";

const [HUB, DATA, SHOP] = ["111111111111", "222222222222", "333333333333"] as const;
const NAMES = { [HUB]: "hub", [DATA]: "data", [SHOP]: "shop" } as const;
const fileFor = (name: string, ...numbers: readonly (keyof typeof NAMES)[]): string =>
  fileOf(name, {
    accounts: numbers.map((account_id) => ({
      account_id,
      name: NAMES[account_id],
      role: roleOf(account_id),
    })),
  });
const FILE = fileFor("targets-of-joined.json", HUB, DATA, SHOP);

const roleIn = (awsAccount: string, name: string): RoleArn =>
  right(parseRoleArn(`arn:aws:iam::${awsAccount}:role/${name}`));
const LAKE = roleIn(DATA, "lake");
const clusterIn = (awsAccount: string): string => `arn:aws:eks:eu-west-1:${awsAccount}:cluster/main`;
const CART = `${clusterIn(HUB)}/shop/cart`;
const ALL: Statement = { Effect: "Allow", Action: "*", Resource: "*" };
const ADMIN = { "all-of-it": { Version: "2012-10-17", Statement: [ALL] } };

/** Three AWS accounts with a cluster each. */
function fleet(change: (data: World, hub: World) => void = () => undefined): Fleet {
  const world = new Fleet()
    .with(HUB, (hub) => hub.withProvider())
    .with(DATA)
    .with(SHOP, broken);
  const [hub, data] = [world.worlds.get(HUB), world.worlds.get(DATA)];
  if (hub === undefined || data === undefined) throw new Error("no such AWS account");
  hub
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: LAKE } })
    .withDeployment("shop/web", "cart");
  change(data, hub);
  return world;
}

/** DATA has a provider of the issuer of HUB's cluster, by which its role trusts this subject. */
function trusting(
  data: World,
  hub: World,
  subject = "system:serviceaccount:shop:cart",
  clientId = "sts.amazonaws.com",
) {
  const { issuer } = hub.cluster;
  const provider = providerArn({ ...hub.cluster, awsAccount: DATA }, issuer);
  data.iam.providers.set(provider, { arn: provider, clientIds: [clientId], thumbprints: [], tags: {} });
  const condition = {
    [`${hostPath(issuer)}:aud`]: "sts.amazonaws.com",
    [`${hostPath(issuer)}:sub`]: subject,
  };
  return trustPolicy([
    {
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { [subject.includes("*") ? "StringLike" : "StringEquals"]: condition },
    },
  ]);
}

interface Part {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly state: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}
interface Edge extends Omit<Part, "id" | "label"> {
  readonly from: string;
  readonly to: string;
}
interface Answer {
  readonly result: {
    readonly awsAccount: null;
    readonly nodes: readonly Part[];
    readonly edges: readonly Edge[];
    readonly findings: readonly { readonly rule: string; readonly subject: { readonly id: string } }[];
    readonly notRead: readonly { readonly what: string }[];
    readonly missing: readonly object[];
    readonly summary: object;
  };
}

const run = (world: Fleet, line: string): Promise<Ran> => runOn(world, "graph", ...line.split(" "));
const json = jsonOf("graph");
const read = (ran: Ran): Answer => JSON.parse(json(ran));

async function joined(world: Fleet, more = "", file = FILE): Promise<Answer["result"] & { code: number }> {
  const ran = await run(world, `--targets ${file} --join -o json${more}`);
  return { ...read(ran).result, code: ran.code };
}

const stateOf = (parts: readonly Part[], id: string): string | undefined =>
  parts.find((one) => one.id === id)?.state;
const factsOf = ({ facts = [] }: Partial<Pick<Part, "facts">> = {}): string[] =>
  facts.map(({ label, value }) => `${label}: ${value}`);
const between = (edges: readonly Edge[], from: string, to: string): Edge | undefined =>
  edges.find((one) => one.from === from && one.to === to);

describe("one graph of many AWS accounts", () => {
  it("has a node for each AWS account, which contains its clusters", async () => {
    const { nodes, edges, awsAccount, summary } = await joined(fleet());
    const accounts = nodes.filter(({ kind }) => kind === "awsAccount");
    expect(accounts.map(({ id, label }) => [id, label])).toEqual([
      [`AWS account ${HUB}`, "hub"],
      [`AWS account ${DATA}`, "data"],
      [`AWS account ${SHOP}`, "shop"],
    ]);
    for (const number of [HUB, DATA, SHOP])
      expect(between(edges, `AWS account ${number}`, clusterIn(number))?.kind).toBe("contains");
    expect([awsAccount, summary]).toEqual([null, { targets: 3, complete: 3, partial: 0, missing: 0 }]);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
  });

  it("has of AWS accounts that have nothing to do with each other what each has alone", async () => {
    const world = new Fleet().with(HUB, broken).with(DATA).with(SHOP, broken);
    const { nodes, edges, findings } = await joined(world);
    const { out } = await run(world, `--targets ${FILE} -o json`);
    const { result }: { result: { targets: Answer["result"][] } } = JSON.parse(out);
    const alone = result.targets;
    const withoutIndexes = (parts: readonly object[]): Set<string> =>
      new Set(parts.map((one) => JSON.stringify({ ...one, findings: [] })));
    const others = nodes.filter(({ kind }) => kind !== "awsAccount");
    expect(withoutIndexes(others)).toEqual(withoutIndexes(alone.flatMap((one) => one.nodes)));
    const inside = edges.filter(({ from }) => !from.startsWith("AWS account "));
    expect(withoutIndexes(inside)).toEqual(withoutIndexes(alone.flatMap((one) => one.edges)));
    expect(withoutIndexes(findings)).toEqual(withoutIndexes(alone.flatMap((one) => one.findings)));
  });
});

describe("a role of another AWS account than the cluster", () => {
  it("is assumed by token where its AWS account has a provider of the issuer", async () => {
    const world = fleet((data, hub) => void data.withRole(LAKE, { trust: trusting(data, hub) }));
    const { nodes, edges, findings } = await joined(world);
    const edge = between(edges, CART, LAKE);
    expect(edge).toMatchObject({ kind: "assumes", state: "works" });
    expect(factsOf(edge)).toContain(`in AWS account: ${DATA} (data)`);
    expect([stateOf(nodes, LAKE), stateOf(nodes, CART), stateOf(nodes, `AWS account ${HUB}`)]).toEqual([
      "works",
      "works",
      "works",
    ]);
    expect(between(edges, `AWS account ${DATA}`, LAKE)?.kind).toBe("contains");
    expect(nodes.filter(({ id }) => id === LAKE)).toHaveLength(1);
    // Alone, the AWS account of the role would take the issuer for that of a deleted cluster.
    expect(findings.filter(({ subject }) => subject.id === LAKE)).toEqual([]);
  });

  it("is dangerous for the ServiceAccount if it is an administrator", async () => {
    const world = fleet(
      (data, hub) => void data.withRole(LAKE, { trust: trusting(data, hub) }, { inline: ADMIN }),
    );
    const { nodes, edges, findings } = await joined(world);
    expect(between(edges, CART, LAKE)?.state).toBe("dangerous");
    expect([stateOf(nodes, CART), stateOf(nodes, `AWS account ${HUB}`)]).toEqual(["dangerous", "dangerous"]);
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: "administrator", subject: expect.objectContaining({ id: LAKE }) }),
    );
  });

  it.each([
    [
      "the trust policy allows another ServiceAccount",
      (data: World, hub: World) => trusting(data, hub, "system:serviceaccount:shop:other"),
      "but: the role's trust policy does not allow it",
    ],
    [
      "its provider does not accept the audience",
      (data: World, hub: World) => trusting(data, hub, undefined, "other"),
      "but: the OIDC provider does not accept audience 'sts.amazonaws.com'",
    ],
    [
      "its AWS account has no provider",
      (data: World, hub: World) => {
        const trust = trusting(data, hub);
        data.iam.providers.clear();
        return trust;
      },
      `but: AWS account ${DATA} has no IAM OIDC provider for the cluster`,
    ],
  ])("is broken where %s", async (_, trustOf, fact) => {
    const world = fleet((data, hub) => void data.withRole(LAKE, { trust: trustOf(data, hub) }));
    const { nodes, edges } = await joined(world);
    const edge = between(edges, CART, LAKE);
    expect([edge?.state, stateOf(nodes, CART)]).toEqual(["broken", "broken"]);
    expect(factsOf(edge)).toContain(fact);
  });

  it("is known not to exist", async () => {
    const { nodes, findings } = await joined(fleet());
    expect([stateOf(nodes, LAKE), stateOf(nodes, CART)]).toEqual(["broken", "broken"]);
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: "role-gone", subject: expect.objectContaining({ id: CART }) }),
    );
  });

  it("has one edge from the namespace whose ServiceAccounts all match its wildcard", async () => {
    const world = fleet(
      (data, hub) => void data.withRole(LAKE, { trust: trusting(data, hub, "system:serviceaccount:shop:*") }),
    );
    const { edges } = await joined(world);
    const edge = between(edges, `${clusterIn(HUB)}/shop`, LAKE);
    expect(edge?.kind).toBe("assumes");
    expect(factsOf(edge)).toContain(`in AWS account: ${DATA} (data)`);
  });

  it("is reached as the target role of a Pod Identity association", async () => {
    const first = roleIn(HUB, "first");
    const step: Statement = { Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"], Resource: LAKE };
    const trust: Statement = {
      Effect: "Allow",
      Principal: { AWS: first },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    };
    const withAssociation = (world: Fleet): Fleet => {
      const inline = { target: { Version: "2012-10-17", Statement: [step] } };
      world.worlds
        .get(HUB)
        ?.withRole(first, { trust: trustPolicy([OPEN_TO_PODS]) }, { inline })
        .withAssociation("shop/cart", first, { targetRoleArn: LAKE });
      return world;
    };
    const allowed = fleet(
      (data) => void data.withRole(LAKE, { trust: trustPolicy([trust]) }, { inline: ADMIN }),
    );
    const { edges, nodes } = await joined(withAssociation(allowed));
    expect(between(edges, CART, LAKE)?.state).toBe("dangerous");
    expect(stateOf(nodes, LAKE)).toBe("dangerous");
    const other: Statement = { ...trust, Principal: { AWS: roleIn(HUB, "other") } };
    const refused = fleet((data) => void data.withRole(LAKE, { trust: trustPolicy([other]) }));
    const answer = await joined(withAssociation(refused));
    expect(between(answer.edges, CART, LAKE)?.state).toBe("broken");
    expect(answer.findings.map(({ rule }) => rule)).toContain("association-refused");
  });
});

describe("a role that a role of another AWS account may assume", () => {
  const FIRST = roleIn(HUB, "first");
  /** `shop/cart` has the role `first`, which its policies let assume an administrator of DATA that trusts these. */
  const chained = (trusted: string, resource: string = LAKE) =>
    fleet((data, hub) => {
      const inline = {
        chain: trustPolicy([{ Effect: "Allow", Action: "sts:AssumeRole", Resource: resource }]),
      };
      hub.withRole(
        FIRST,
        { trust: hub.trustOf({ serviceAccount: aServiceAccount("shop/cart") }) },
        { inline },
      );
      const trust: Statement = { Effect: "Allow", Principal: { AWS: trusted }, Action: "sts:AssumeRole" };
      data.withRole(LAKE, { trust: trustPolicy([trust]) }, { inline: ADMIN });
    });

  it.each([
    ["its AWS account", HUB],
    ["it", FIRST],
    ["everyone", "*"],
  ])("is assumed where it trusts %s and the policies of that role allow it", async (_, trusted) => {
    const { edges, findings } = await joined(chained(trusted));
    expect(between(edges, FIRST, LAKE)).toMatchObject({ kind: "assumes", state: "dangerous" });
    const about = findings.filter(({ rule }) => rule === "role-chain-administrator");
    expect(about.map(({ subject }) => subject.id)).toEqual([FIRST]);
  });

  it.each([
    ["trusts another AWS account", SHOP, LAKE],
    ["is not what the policies of that role allow, although it names it", FIRST, roleIn(DATA, "other")],
  ])("is not assumed where it %s", async (_, trusted, resource) => {
    const { edges, findings } = await joined(chained(trusted, resource));
    expect(between(edges, FIRST, LAKE)).toBeUndefined();
    expect(findings.filter(({ rule }) => rule === "role-chain-administrator")).toEqual([]);
  });
});

describe("what is missing", () => {
  it("is an AWS account that could not be read, with the roles that others know of", async () => {
    const world = fleet();
    world.onAssume.push(async (role) => {
      if (role === roleOf(DATA)) throw notAssumable(role);
    });
    const { code, nodes, edges, missing } = await joined(world);
    expect([code, missing]).toMatchObject([4, [{ target: "data", error: { code: "access-denied" } }]]);
    const account = nodes.find(({ id }) => id === `AWS account ${DATA}`);
    expect([account?.state, factsOf(account)]).toEqual([
      "unknown",
      [`AWS account: ${DATA}`, "not read: all of it: not permitted: sts:AssumeRole"],
    ]);
    expect(stateOf(nodes, LAKE)).toBe("unknown");
    expect(between(edges, `AWS account ${DATA}`, LAKE)?.kind).toBe("contains");
    expect(between(edges, CART, LAKE)?.state).toBe("unknown");
    const { out } = await run(world, `--targets ${FILE} --join -o text`);
    expect(out).toContain(
      "AWS account data  [unknown]  (not read: all of it: not permitted: sts:AssumeRole)",
    );
  });

  it("is an AWS account that is not among the targets", async () => {
    const file = fileFor("targets-without-data.json", HUB, SHOP);
    const { code, nodes } = await joined(fleet(), "", file);
    const account = nodes.find(({ id }) => id === `AWS account ${DATA}`);
    expect([code, account?.state, factsOf(account)]).toEqual([
      0,
      "unknown",
      [`AWS account: ${DATA}`, "not read: it is none of the targets"],
    ]);
  });

  it("is a cluster that was asked for by name and not found", async () => {
    const file = fileOf("targets-with-lost.json", {
      accounts: [{ account_id: HUB, name: "hub", role: roleOf(HUB), clusters: ["main", "green"] }],
    });
    const { nodes, edges } = await joined(fleet(), "", file);
    const lost = nodes.find(({ label }) => label === "green");
    expect([lost?.kind, lost?.state]).toEqual(["cluster", "unknown"]);
    expect(between(edges, `AWS account ${HUB}`, lost?.id ?? "")).toBeDefined();
    expect(stateOf(nodes, `AWS account ${HUB}`)).toBe("unknown");
  });

  it("is what could not be read in an AWS account, by its name", async () => {
    const world = fleet();
    world.worlds.get(HUB)?.log.deny("eks.describePodIdentities");
    const { notRead } = await joined(world);
    expect(notRead.map(({ what }) => what)).toContain("hub, Pod Identity associations of main");
  });
});

describe("the formats", () => {
  const world = (): Fleet => fleet((data, hub) => void data.withRole(LAKE, { trust: trusting(data, hub) }));

  it("is one tree", async () => {
    const { code, out, err } = await run(world(), `--targets ${FILE} --join -o text`);
    expect(code).toBe(0);
    expect(out).toMatch(/^AWS account data {2}\[\w+\]\n/m);
    expect(out).toContain(`role lake  [works]  (in AWS account ${DATA} (data))`);
    expect(err).toContain("3 AWS accounts, 3 clusters");
    expect(err).toContain("3 targets: 3 complete");
  });

  it.each([
    ["dot", /n\d+ -> n\d+ \[label="assumes, across AWS accounts"/],
    ["mermaid", /n\d+ -->\|assumes, across AWS accounts\| n\d+/],
    ["html", /<title>Analyze access – 3 AWS accounts<\/title>/],
  ])("is one picture as %s, without --join", async (format, pattern) => {
    const { code, out } = await run(world(), `--targets ${FILE} -o ${format}`);
    expect([code, out]).toEqual([0, expect.stringMatching(pattern)]);
  });

  it("is written to a file", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "irsa-joined-")), "fleet.html");
    const { code, out } = await run(world(), `--targets ${FILE} --file ${file}`);
    expect([code, out]).toEqual([0, ""]);
    expect(readFileSync(file, "utf8")).toContain("3 AWS accounts");
  });

  it("is limited to a namespace, with the AWS accounts that it leads to", async () => {
    const { nodes } = await joined(world(), " -n shop");
    expect(nodes.map(({ label }) => label)).toContain("lake");
    const none = await joined(world(), " -n none");
    expect(none.nodes).toEqual([]);
  });

  it.each([
    ["graph --join --cluster main", "--join requires --targets, --organization or --all-clusters"],
    [
      `graph --targets ${FILE} --resume x.journal -o html`,
      "--resume can't be used for one graph of all AWS accounts",
    ],
    [`graph --targets ${FILE} -o json --file x.json`, "--file requires --join with -o text or json"],
    [`graph --targets ${FILE} --serve`, "--serve can't be combined with --targets"],
  ])("%s is refused: %s", async (line, message) => {
    const { code, err } = await runOn(world(), ...line.split(" "));
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
