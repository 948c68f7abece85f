import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { COMMANDS } from "../../src/command-list.ts";
import { runWell } from "../fakes/command-line.ts";
import { withEksctlServiceAccount } from "../fakes/eksctl-account.ts";
import { addDeployment, nodeWorld } from "../fakes/node-world.ts";
import { ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";
import { foreignWorld } from "../security/foreign-world.ts";
import { ANSWERING, answerSchema, closed } from "./answer-schemas.ts";
import { answered } from "./run.ts";

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const strict = new Map(ANSWERING.map((name) => [name, ajv.compile(closed(answerSchema(name)))]));
const anyAnswer = ajv.compile(closed(answerSchema()));

function problemsOf(name: string, answer: unknown): unknown {
  const valid = strict.get(name) ?? anyAnswer;
  return valid(answer) ? [] : valid.errors;
}

const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const CART = `-n shop --name cart ${ON}`;
const POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const OTHER = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";

const file = fileOf("answers.yaml", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
  iam: {
    withOIDC: true,
    serviceAccounts: ["cart", "till", "kept"].map((name) => ({
      metadata: { namespace: "shop", name },
      attachPolicyARNs: [POLICY],
    })),
  },
});
const everywhere = fileOf("everywhere-answered.yaml", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  iam: { withOIDC: true, serviceAccounts: [{ metadata: { name: "cart" }, attachPolicyARNs: [POLICY] }] },
});
const manifest = fileOf("web.yaml", {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace: "shop", name: "web" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { serviceAccountName: "old", containers: [{ name: "web", image: "web" }] },
    },
  },
});

const shop = (): World => foreignWorld("vault");
const onNodes = (): World => addDeployment(nodeWorld(), "shop/web", "default");
const empty = (): World => aWorld();
const fresh = (): World => aWorld().withProvider();
const made = async (): Promise<World> => {
  const world = fresh();
  await runWell(world, `create-sa ${CART} --policy-arn ${POLICY} --approve --no-wait`);
  return world;
};
const eksctls = (): World => {
  const world = fresh();
  withEksctlServiceAccount(world);
  return world;
};

/** Command lines that succeed, each in a world of its own; some with exit code 3 or 4. */
const GOOD: readonly (readonly [line: string, world: () => World | Promise<World>])[] = [
  [`associate-oidc ${ON}`, empty],
  [`associate-oidc ${ON} --approve`, empty],
  [`associate-oidc ${ON} --approve`, fresh],
  [`disassociate-oidc --foreign ${ON}`, fresh],
  [`associate-agent ${ON}`, fresh],
  [`associate-agent ${ON} --approve`, fresh],
  [`disassociate-agent ${ON}`, fresh],
  [`create-sa ${CART} --policy-arn ${POLICY}`, fresh],
  [`create-sa ${CART} --policy-arn ${POLICY} --approve`, fresh],
  [`create-sa ${CART} --policy-arn ${POLICY} --approve --no-wait`, fresh],
  [`update-sa ${CART} --add-policy-arn ${OTHER}`, made],
  [`update-sa ${CART} --add-policy-arn ${OTHER} --approve`, made],
  [`delete-sa ${CART}`, made],
  [`delete-sa ${CART} --approve`, made],
  [`plan -f ${file}`, shop],
  [`plan -f ${file}`, fresh],
  [`plan -f ${everywhere} --all-clusters --region ap-northeast-2`, shop],
  [`apply -f ${file} --approve --wait`, fresh],
  [`adopt --all ${ON}`, eksctls],
  [`adopt --all ${ON} --approve`, eksctls],
  [`adopt --all ${ON}`, shop],
  [
    `migrate-trust --from oidc.example.com/id/B10E --to eks-work-cluster --region ap-northeast-2 --associate-oidc`,
    shop,
  ],
  [`migrate-pod-identity --all ${ON}`, shop],
  [`migrate-pod-identity --all ${ON} --back`, shop],
  [`use-sa -n shop --name till deployment/web ${ON}`, shop],
  [`use-sa -n shop --name web -f ${manifest} deployment/web`, shop],
  [`stale-pods ${ON}`, shop],
  [`verify --all ${ON}`, shop],
  [`verify shop/cart ${ON}`, fresh],
  [`verify --all --fix ${ON}`, shop],
  [`verify --all ${ON}`, made],
  [`get-sa ${ON}`, shop],
  [`get-sa ${ON}`, fresh],
  [`policies`, fresh],
  [`policies velero`, fresh],
  [`policies --outdated ${ON}`, shop],
  [`policies --outdated ${ON}`, made],
  [`audit ${ON}`, shop],
  [`watch ${ON} --duration 1s`, shop],
  [`who-can ${ownRole("cart")} ${ON}`, shop],
  [`what-can shop/cart ${ON}`, shop],
  [`narrow shop/till ${ON}`, shop],
  [`narrow cart`, shop],
  [`move-off-node -n shop ${ON}`, onNodes],
  ["guardrails", shop],
  [`graph ${ON}`, shop],
  [`doctor`, fresh],
  [`permissions create-sa verify`, fresh],
  [`permissions get-sa --namespace shop`, fresh],
  [`sdk-check package-lock.json`, fresh],
  [`explain`, fresh],
  [`explain A1 stale-pods`, fresh],
  [`version`, fresh],
];

/** Flags and arguments that are wrong, refusals before anything is read, and failures after it. */
const BAD: readonly (readonly [line: string, code: string, exit: number])[] = [
  ...COMMANDS.filter(({ name }) => name !== "sandbox").map(
    ({ name }) => [`${name} --nonsense`, "invalid-usage", 2] as const,
  ),
  ["nonsense", "invalid-usage", 2],
  ["create-sa", "invalid-input", 2],
  ["what-can", "invalid-input", 2],
  ["apply", "invalid-usage", 2],
  ["audit --severity dreadful", "invalid-usage", 2],
  ["sandbox start --nonsense", "invalid-usage", 2],
  ["what-can shop", "invalid-input", 2],
  [`create-sa -n Shop --name cart --policy-arn x ${ON}`, "invalid-input", 2],
  ["—cluster x audit", "invalid-input", 2],
  ["utils associate-iam-oidc-provider --nonsense", "invalid-input", 2],
  [`create-sa ${CART} --policy-arn ${POLICY}`, "provider-missing", 1],
  ["explain B13 B99", "invalid-input", 2],
  ["plan -f not-there.yaml", "invalid-input", 2],
  [`who-can nobody ${ON}`, "no-role", 1],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-answers-"));
  for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
    vi.stubEnv(name, join(folder, "none"));
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("KUBECONFIG", join(folder, "none"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe("the schema of every answer", () => {
  it.each(ANSWERING)("is there for %s (npx vitest -u writes it again)", async (name) => {
    const text = `${JSON.stringify(answerSchema(name), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`../../schemas/irsa-${name}.schema.json`);
  });

  it("is there for any", async () => {
    const text = `${JSON.stringify(answerSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../../schemas/irsa-answer.schema.json");
  });

  it("is there for every command that has -o json", () => {
    const silent = new Set(["completion", "demo", "export"]);
    const names = COMMANDS.map(({ name }) => name).filter((name) => !silent.has(name));
    expect([...ANSWERING].toSorted()).toEqual(names.toSorted());
  });
});

describe("an answer holds to its schema, which has no field too few", () => {
  it.each(GOOD)("%s", async (line, worldOf) => {
    const { answer } = await answered(await worldOf(), `${line} -o json`);
    const [name = ""] = line.split(" ");
    expect(answer).toHaveProperty("result");
    expect(problemsOf(name, answer)).toEqual([]);
  });

  it("of every command", () => {
    const tried = new Set(GOOD.map(([line]) => line.split(" ")[0]));
    expect(ANSWERING.filter((name) => !tried.has(name))).toEqual(["sandbox"]);
  });
});

describe("a failure is an answer too", () => {
  it.each(BAD)("%s: %s", async (line, code, exit) => {
    for (const output of ["-o json", "--output json", "-ojson", "--output=json"]) {
      const ended = await answered(aWorld(), `${line} ${output}`);
      expect(ended).toMatchObject({ code: exit, answer: { schemaVersion: 2, error: { code } } });
      expect(anyAnswer(ended.answer) ? [] : anyAnswer.errors).toEqual([]);
      expect(problemsOf(String(ended.answer["command"]), ended.answer)).toEqual([]);
    }
  });

  it("says what was known by then: who asks, and where", async () => {
    const { answer } = await answered(aWorld(), `create-sa ${CART} --policy-arn ${POLICY} -o json`);
    expect(answer).toMatchObject({
      command: "create-sa",
      caller: expect.stringMatching(/^arn:aws:/) as string,
      cluster: { name: "eks-work-cluster", region: "ap-northeast-2" },
      clusterChosenBy: "--cluster",
    });
  });

  it("a misspelled flag has the hint that people get", async () => {
    const { answer } = await answered(aWorld(), "audit --severty high -o json");
    expect(answer).toMatchObject({
      command: "audit",
      clusters: [],
      error: { message: "unknown option '--severty'", hint: expect.stringContaining("--severity") as string },
    });
  });
});

describe("an example in the docs holds to its schema", () => {
  const examples = async (): Promise<string[]> => {
    const text = await readFile("docs/json.md", "utf8");
    return [...text.matchAll(/```json\n(.*?)```/gs)].map(([, example = ""]) => example);
  };

  it("docs/json.md", async () => {
    const found = await examples();
    expect(found.length).toBeGreaterThan(1);
    for (const one of found) {
      const answer = JSON.parse(one) as { command: string };
      expect(problemsOf(answer.command, answer)).toEqual([]);
    }
  });
});
