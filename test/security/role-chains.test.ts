import { expect } from "vitest";
import { chainsOf } from "../../src/audit/chains/chains-of.ts";
import type { Gap } from "../../src/audit/inventory.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { readTrust } from "../../src/model/trust-policy/read.ts";
import { parseRoleArn } from "../../src/model/arn.ts";
import type { AccessGraph } from "../../src/model/access-graph.ts";
import { role, serviceAccount, trusting } from "../audit/build.ts";
import { ownRole, right } from "../fakes/values.ts";
import { drawn } from "../graph/scenes.ts";
import { attack } from "./attack.ts";

const OPEN = trustPolicy([
  { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sts:AssumeRole" },
]);

/** Roles that trust the whole AWS account, each with the policies that its number gives. */
function chainsIn(count: number, inlineOf: (at: number) => Readonly<Record<string, PolicyDocument>>) {
  const names = Array.from({ length: count }, (_, at) => `r${at}`);
  const roles = names.map((name) => ({ role: role(name, OPEN), trust: readTrust(OPEN) }));
  const details = new Map(
    names.map((name, at) => [ownRole(name), { attached: [], inline: inlineOf(at), tags: {} }]),
  );
  const gaps: Gap[] = [];
  const before = process.cpuUsage();
  const chains = chainsOf(names.map(ownRole), { access: { roles }, details, policies: new Map() }, gaps);
  const { user, system } = process.cpuUsage(before);
  return { chains, gaps, seconds: (user + system) / 1e6 };
}

function assuming(Resource: string | readonly string[]): PolicyDocument {
  return trustPolicy([{ Effect: "Allow", Action: "sts:AssumeRole", Resource }]);
}

/** Of the processor's time, however busy the machine is; without a limit it is minutes. */
const MOST_SECONDS = 30;

attack(
  "other IAM user",
  "M6: give many roles the permission to assume each other, so that following all chains never ends",
  {
    attack: () => {
      const { gaps, seconds } = chainsIn(1_000, () => ({ all: assuming("*") }));
      expect(seconds).toBeLessThan(MOST_SECONDS);
      expect(gaps.map(({ failure }) => failure.code)).toEqual(["trust-too-complex"]);
    },
    twin: () => {
      const { gaps, chains } = chainsIn(1_000, (at) => ({ next: assuming(ownRole(`r${at + 1}`)) }));
      expect(gaps).toEqual([]);
      expect(chains.get(ownRole("r0"))?.map(({ roles }) => roles.length)).toEqual([2, 3, 4, 5]);
    },
  },
);

attack(
  "other IAM user",
  "M6: fill a role's policies with patterns, each of which is compared with every role of the AWS account",
  {
    attack: () => {
      const patterns = Array.from({ length: 400 }, (_, at) => `*${"r*".repeat(8)}?${at}x`);
      const hostile = Object.fromEntries(
        Array.from({ length: 10 }, (_, at) => [`p${at}`, assuming([...patterns, "*1"])]),
      );
      const { gaps, seconds } = chainsIn(1_000, (at) => (at < 20 ? hostile : {}));
      expect(seconds).toBeLessThan(MOST_SECONDS);
      expect(gaps.map(({ failure }) => failure.code)).toEqual(["trust-too-complex"]);
    },
    twin: () => {
      const some = Array.from({ length: 20 }, (_, at) => `${ownRole(`r${900 + at}`)}*`);
      const { gaps, chains } = chainsIn(1_000, (at) => (at < 100 ? { some: assuming(some) } : {}));
      expect(gaps).toEqual([]);
      expect(chains.get(ownRole("r0"))).toHaveLength(20);
    },
  },
);

attack("other IAM user", "give many roles the permission to assume each other, so that no graph is drawn", {
  attack: () => {
    const graph = graphOfMany(assuming("*"));
    expect(graph.nodes.filter(({ kind }) => kind === "role")).toHaveLength(20);
  },
  twin: () => {
    const graph = graphOfMany(assuming(ownRole("r0")));
    expect(graph.edges.filter(({ to }) => to === ownRole("r0"))).toHaveLength(20);
  },
});

/** 1,000 roles that trust the AWS account, and 20 of ServiceAccounts with this policy. */
function graphOfMany(policy: PolicyDocument): AccessGraph {
  const names = Array.from({ length: 1_000 }, (_, at) => `r${at}`);
  const ofPods = names.slice(0, 20);
  return drawn({
    roles: [
      ...names.map((name) => role(name, OPEN)),
      ...ofPods.map((name) => role(`pod-${name}`, trusting(`shop/${name}`))),
    ],
    details: Object.fromEntries(
      [...names, ...ofPods.map((name) => `pod-${name}`)].map((name) => [name, { inline: { policy } }]),
    ),
    cluster: {
      serviceAccounts: ofPods.map((name) => serviceAccount(`shop/${name}`, { role: `pod-${name}` })),
    },
  });
}

const VICTIM = right(parseRoleArn("arn:aws:iam::222222222222:role/pod"));
const ITS_ADMINISTRATOR = right(parseRoleArn("arn:aws:iam::222222222222:role/root"));

/** The chains of a role of another AWS account, beside so many roles of the own one that trust everyone. */
function chainsBeside(count: number) {
  const trust = trustPolicy([{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }]);
  const names = Array.from({ length: count }, (_, at) => `r${at}`);
  const own = names.map((name) => ({ role: role(name, trust), trust: readTrust(trust) }));
  const others = [VICTIM, ITS_ADMINISTRATOR].map((arn) => ({
    role: { ...role("x", trust), arn },
    trust: readTrust(
      trustPolicy([{ Effect: "Allow", Principal: { AWS: VICTIM }, Action: "sts:AssumeRole" }]),
    ),
  }));
  const inline = { all: assuming("*") };
  const details = new Map(
    [...names.map(ownRole), VICTIM].map((arn) => [arn, { attached: [], inline, tags: {} }]),
  );
  const gaps: Gap[] = [];
  const access = { roles: [...own, ...others] };
  const chains = chainsOf([...names.map(ownRole), VICTIM], { access, details, policies: new Map() }, gaps);
  return { to: chains.get(VICTIM)?.flatMap(({ roles }) => roles.slice(1)) ?? [], gaps };
}

attack(
  "owner of another AWS account",
  "have so many roles that trust everyone that nobody sees where the roles of other AWS accounts lead within their own",
  {
    attack: () => {
      const { to, gaps } = chainsBeside(1_000);
      expect(to).toEqual([ITS_ADMINISTRATOR]);
      expect(gaps.map(({ failure }) => failure.code)).toEqual(["trust-too-complex"]);
    },
    twin: () => {
      const { to, gaps } = chainsBeside(10);
      expect(to).toHaveLength(11);
      expect(gaps).toEqual([]);
    },
  },
);

type Conditioned = Required<Pick<Statement, "Resource" | "Condition">>;

/** Statements of a policy that AWS evaluates as if the condition, or the Deny, were not there: no request has such a key. */
const AS_IF_NOT_THERE: Readonly<Record<"Allow" | "Deny", readonly Conditioned[]>> = {
  Allow: [{ Resource: "*", Condition: { StringNotLike: { "irsa:resource": `${ownRole("r")}*` } } }],
  Deny: [
    { Resource: "*", Condition: { StringLike: { "irsa:resource": "x" } } },
    { Resource: "*", Condition: { StringEquals: { "IRSA:Resource": ownRole("r1") } } },
    { Resource: "${irsa:resource}", Condition: {} },
  ],
};

/** Where r0 leads to with such statements, beside what makes it able to assume r1. */
function leadingWith(effect: "Allow" | "Deny", statement: Conditioned): readonly string[] {
  const added = { Effect: effect, Action: "sts:AssumeRole", ...statement };
  const own = effect === "Allow" ? {} : { own: assuming(ownRole("r1")) };
  const { chains } = chainsIn(2, (at) => (at === 0 ? { ...own, added: trustPolicy([added]) } : {}));
  return chains.get(ownRole("r0"))?.flatMap(({ roles }) => roles.slice(1)) ?? [];
}

attack(
  "other IAM user",
  "hide what a role can assume, by a condition on a key that irsa has for the resource itself",
  {
    attack: () => {
      for (const one of AS_IF_NOT_THERE.Allow) expect(leadingWith("Allow", one)).toEqual([ownRole("r1")]);
      for (const one of AS_IF_NOT_THERE.Deny) expect(leadingWith("Deny", one)).toEqual([ownRole("r1")]);
    },
    twin: () => {
      const Condition = { ArnLike: { "aws:PrincipalArn": ownRole("r0") } };
      expect(leadingWith("Allow", { Resource: `${ownRole("r")}*`, Condition })).toEqual([ownRole("r1")]);
      expect(leadingWith("Deny", { Resource: `${ownRole("r")}*`, Condition })).toEqual([]);
    },
  },
);
