import { expect } from "vitest";
import { chainsOf } from "../../src/audit/chains/chains-of.ts";
import type { Gap } from "../../src/audit/inventory.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { readTrust } from "../../src/model/trust-policy/read.ts";
import { role } from "../audit/build.ts";
import { ownRole } from "../fakes/values.ts";
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
