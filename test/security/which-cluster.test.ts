import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { attack, type Trial } from "./attack.ts";
import { CLUSTER_COMMANDS, clusterFile, lineOf } from "./every-command.ts";
import {
  ELSEWHERE,
  OTHER_AWS_ACCOUNT,
  OWN,
  startLyingEndpoint,
  startTwoServiceAccounts,
  THEIRS,
  type TwoServiceAccounts,
} from "./two-accounts.ts";

let world: TwoServiceAccounts;
let file: string;

beforeAll(async () => {
  world = await startTwoServiceAccounts();
  file = await clusterFile(world.folder, "prod", "eu-west-1");
  const first = await world.run(["associate-oidc", "--cluster", OWN, "--approve"]);
  expect(first).toMatchObject({ code: 0 });
});
afterAll(async () => world?.sandbox.stop());
beforeEach(() => void world.writes());

type Changes = Readonly<Record<string, string>>;

/** A run that must end by exit code 2, say all of these, and write nothing. */
async function refused(args: readonly string[], says: readonly string[], changes?: Changes): Promise<void> {
  const { code, stdout, stderr } = await world.run(args, changes);
  for (const part of says) expect(`${stdout}${stderr}`).toContain(part);
  expect(code).toBe(2);
  expect(world.writes()).toEqual([]);
}

async function works(args: readonly string[], changes?: Changes): Promise<void> {
  const { code, stderr } = await world.run(args, changes);
  expect(code, stderr).toBe(0);
}

/** A look that changes nothing, so that twins may be run in any order. */
const look = (...flags: readonly string[]) => ["associate-oidc", ...flags];
const byProfile = ["--profile", OTHER_AWS_ACCOUNT];
/** `--profile` is there for whoever has no keys in the environment. */
const asOther: Changes = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };

it.each(CLUSTER_COMMANDS)(
  "H3: `%s` with credentials of another account than the ARN's is refused",
  async (name) => {
    await refused([...lineOf(name, OWN, { file }), ...byProfile], [OWN, OTHER_AWS_ACCOUNT], asOther);
  },
);

it.each(CLUSTER_COMMANDS)(
  "H3: `%s` with --region of another region than the ARN's is refused",
  async (name) => {
    await refused([...lineOf(name, OWN, { file }), "--region", "us-east-1"], ["us-east-1"]);
  },
);

interface Case {
  readonly args: readonly string[];
  readonly says: readonly string[];
  readonly changes?: Changes;
  readonly twin: readonly string[];
  readonly twinChanges?: Changes;
}

/** A command line that is refused, and its twin. */
const trial = ({ args, says, changes, twin, twinChanges }: Case): Trial => ({
  attack: () => refused(args, says, changes),
  twin: () => works(twin, twinChanges),
});

const apply =
  (...flags: readonly string[]) =>
  () => ["plan", "-f", file, ...flags];

attack(
  "owner of another AWS account",
  "H3: a cluster ARN with a profile of another account",
  trial({
    args: look("--cluster", OWN, "--approve", ...byProfile),
    says: [OWN, `user/admin`],
    changes: asOther,
    twin: look("--cluster", THEIRS, ...byProfile),
    twinChanges: asOther,
  }),
);

attack(
  "owner of another AWS account",
  "H3 variant: AWS_PROFILE instead of the flag",
  trial({
    args: look("--cluster", OWN, "--approve"),
    says: [OWN],
    changes: { ...asOther, AWS_PROFILE: OTHER_AWS_ACCOUNT },
    twin: look("--cluster", "prod"),
    twinChanges: { ...asOther, AWS_PROFILE: OTHER_AWS_ACCOUNT },
  }),
);

attack(
  "owner of another AWS account",
  "H3 variant: an ARN of another partition",
  trial({
    args: look("--cluster", OWN.replace("arn:aws:", "arn:aws-cn:"), "--approve"),
    says: ["arn:aws-cn:eks"],
    twin: look("--cluster", OWN),
  }),
);

attack(
  "owner of another AWS account",
  "H3 variant: both ends of migrate-trust by ARN, one of another ServiceAccount",
  trial({
    args: ["migrate-trust", "--from", THEIRS, "--to", OWN, "--approve"],
    says: [THEIRS],
    twin: ["migrate-trust", "--from", ELSEWHERE, "--to", OWN],
  }),
);

attack(
  "owner of another AWS account",
  "H3 variant: migrate-trust by ARNs with --region of neither",
  trial({
    args: ["migrate-trust", "--from", ELSEWHERE, "--to", OWN, "--region", "eu-central-1", "--approve"],
    says: ["eu-central-1"],
    twin: ["migrate-trust", "--from", ELSEWHERE, "--to", OWN, "--region", "us-east-1"],
  }),
);

attack(
  "pull-request author",
  "H3 variant: two clusters of one audit, one of another ServiceAccount",
  trial({
    args: ["audit", "--cluster", OWN, "--cluster", THEIRS, "--fail-on", "never"],
    says: [THEIRS],
    twin: ["audit", "--cluster", OWN, "--cluster", ELSEWHERE, "--fail-on", "never"],
  }),
);

attack("pull-request author", "H3: --region overrides the region of the file", {
  attack: () => refused(apply("--region", "us-east-1")(), ["us-east-1", "eu-west-1"]),
  twin: () => works(apply("--region", "eu-west-1")()),
});

attack("pull-request author", "H3: --region overrides the region of the file and of the ARN", {
  attack: () => refused(apply("--cluster", OWN, "--region", "us-east-1")(), ["us-east-1", "eu-west-1"]),
  twin: () => works(apply("--cluster", OWN)()),
});

attack("pull-request author", "H3 variant: an ARN of another region than the file's", {
  attack: () => refused(apply("--cluster", ELSEWHERE)(), ["us-east-1", "eu-west-1"]),
  twin: () => works(apply("--cluster", OWN)(), { AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1" }),
});

attack("pull-request author", "H3 variant: AWS_REGION leads to another cluster than the ARN", {
  async attack() {
    const { code, stdout } = await world.run(look("--cluster", OWN), { AWS_REGION: "us-east-1" });
    expect(code).toBe(0);
    expect(stdout).toContain(OWN);
    expect(stdout).not.toContain("us-east-1");
  },
  async twin() {
    const { stdout } = await world.run(look("--cluster", "prod"), { AWS_REGION: "us-east-1" });
    expect(stdout).toContain(ELSEWHERE);
  },
});

/** What an endpoint in between answers instead of the cluster, and how irsa must end. */
const LIES: readonly (readonly [what: string, arn: string | undefined, code: number, asked: string])[] = [
  ["another name", OWN.replace("/prod", "/staging"), 2, "prod"],
  ["another name, asked by ARN", OWN.replace("/prod", "/staging"), 2, OWN],
  ["another region", ELSEWHERE, 2, "prod"],
  ["another ServiceAccount", THEIRS, 2, "prod"],
  ["another account, asked by ARN", THEIRS, 2, OWN],
  ["another partition", OWN.replace("arn:aws:", "arn:aws-us-gov:"), 2, "prod"],
  ["no ARN", undefined, 1, "prod"],
  ["an ARN of something else", "arn:aws:iam::111122223333:role/prod", 1, "prod"],
];

for (const [at, [what, arn, expected, asked]] of LIES.entries())
  // The look at the answer is one; who makes it by itself is tried with some.
  for (const command of at % 3 === 0 ? ["associate-oidc", "verify", "doctor"] : ["associate-oidc"])
    attack("malicious proxy", `H3 variant: EKS's answer to \`${command}\` has ${what}`, {
      async attack() {
        const lying = await startLyingEndpoint(world.environment["AWS_ENDPOINT_URL"] ?? "", (answer) => ({
          cluster: { ...answer.cluster, arn },
        }));
        try {
          const run = await world.run(lineOf(command, asked, { file }), { AWS_ENDPOINT_URL: lying.url });
          // What is not a cluster at all is a finding of doctor's and of verify's.
          expect(expected === 2 ? [2] : [1, 3]).toContain(run.code);
          if (arn !== undefined) expect(run.stdout + run.stderr).toContain(arn);
          expect(run.stderr).not.toContain("bug in irsa");
          expect(world.writes()).toEqual([]);
        } finally {
          await lying.stop();
        }
      },
      async twin() {
        const honest = await startLyingEndpoint(
          world.environment["AWS_ENDPOINT_URL"] ?? "",
          (answer) => answer,
        );
        try {
          await works(look("--cluster", asked), { AWS_ENDPOINT_URL: honest.url });
        } finally {
          await honest.stop();
        }
      },
    });
