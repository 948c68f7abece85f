import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/command-list.ts";
import { mapConcurrent } from "../../src/model/map-concurrent.ts";
import { irsa, type Run } from "../e2e/irsa.ts";
import { startWorld } from "../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../worlds/world.ts";
import { attack } from "./attack.ts";
import { LINES } from "./secrets/lines.ts";
import { Markers } from "./secrets/markers.ts";
import { aPlaceOfSecrets, type Place } from "./secrets/place.ts";
import { reflectorAsProxy, reflectorOfAws, reflectorOfCluster, type Reflector } from "./secrets/reflector.ts";

const TIMEOUT = 1_800_000;
const LANES = 3;
/** The world comes up and runs until it is told to end. */
const UNTIL_ENDED = /^sandbox start/;

const markers = new Markers();
let world: World;
let reflecting: Reflector;
let place: Place;
let environment: Readonly<Record<string, string>>;
let runs = 0;
/** What came out since it was last looked at, and in all. */
let leaks: string[] = [];
let found = 0;

beforeAll(async () => {
  world = await startWorld();
  reflecting = await reflectorOfCluster();
  const { endpoint, caPem } = world.cluster;
  place = await aPlaceOfSecrets(markers, { server: endpoint, caPem, reflecting });
  environment = { ...world.environmentOf("admin"), ...place.environment, AWS_MAX_ATTEMPTS: "1" };
  markers.keep("the caller's own key", environment["AWS_SECRET_ACCESS_KEY"] ?? "");
});
afterAll(async () => {
  process.stderr.write(`secrets: ${runs} runs, ${markers.all.length} markers, ${found} found\n`);
  await Promise.all([world?.stop(), reflecting?.stop(), place?.close()]);
});

/** Runs a command line, and looks for secrets in all that came out. */
async function run(line: string, more: Readonly<Record<string, string>> = {}): Promise<Run> {
  runs += 1;
  const ended = await irsa(
    line.split(" "),
    { ...environment, ...more },
    {
      cwd: place.work,
      onStart: (child) => {
        if (UNTIL_ENDED.test(line)) setTimeout(() => child.kill("SIGTERM"), 4_000);
      },
    },
  );
  const where = markers.foundIn(`${ended.stdout}\n${ended.stderr}`);
  leaks.push(...where.map((where) => `irsa ${line} [${Object.keys(more).join()}]: ${where}`));
  // A bug's line is fit for nobody, and what it says was never looked at.
  if (/this is a bug in irsa|^\s+at .*\(/m.test(line.includes("--debug") ? "" : ended.stderr))
    leaks.push(`irsa ${line}: ${ended.stderr}`);
  return ended;
}

/** Fails with every secret that came out, or was written, since the last time. */
async function expectNothingFound(): Promise<void> {
  const seen = [...new Set([...leaks, ...(await place.foundInFiles())])];
  leaks = [];
  found += seen.length;
  expect(seen).toEqual([]);
}

test("every command is among them", () => {
  expect(Object.keys(LINES).toSorted()).toEqual(COMMANDS.map(({ name }) => name).toSorted());
});

describe("with secrets in environment, kubeconfig, profiles and files", () => {
  test.each(Object.entries(LINES))(
    "irsa %s says none, whatever it is given, in text, in JSON, with --debug",
    async (_name, lines) => {
      const variants = lines.flatMap((line) => {
        const [words, rest] = line.split(" -- ");
        const end = rest === undefined ? "" : ` -- ${rest}`;
        return rest !== undefined || /^(demo|completion)/.test(line)
          ? [`${words}${end}`]
          : [`${words}`, / -o /.test(line) ? `${words} --debug` : `${words} -o json --debug`];
      });
      // In order where one builds on the other.
      await mapConcurrent(variants, /--approve/.test(lines.join()) ? 1 : LANES, async (line) => run(line));
      await expectNothingFound();
    },
    TIMEOUT,
  );
});

const KEYS = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" };

describe("with other credentials", () => {
  const PROFILES = "stderr garbage arguments incomplete process circular mfa half sso web prod nowhere".split(
    " ",
  );

  test.each(PROFILES)(
    "the profile '%s' says none",
    async (profile) => {
      const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...rest } = environment;
      for (const line of ["get-sa", "doctor"]) {
        for (const flags of ["", " -o json --debug"]) {
          const ended = await run(`${line} --cluster ${CLUSTER_NAME} --profile ${profile}${flags}`, {
            ...rest,
            ...KEYS,
          });
          expect(ended, line).toMatchObject({
            code: expect.toSatisfy((code: number) => [1, 2, 3, 4].includes(code)),
          });
        }
      }
      await expectNothingFound();
    },
    TIMEOUT,
  );

  test(
    "proxies and endpoints with passwords say none, and still where they lead to",
    async () => {
      const password = markers.make("password in a URL");
      const short = markers.make("user in a URL").slice(0, 14);
      const urls = [
        `http://user:${password}@127.0.0.1:1`,
        `http://${short}:${password}@proxy.invalid:3128`,
        `http://user:${password}@:bad:port`,
        `ftp://user:${password}@127.0.0.1:1`,
        `user:${password}@127.0.0.1:1`,
        `http://user:${encodeURIComponent(`p@ss ${password}`)}@127.0.0.1:1`,
      ];
      const line = `get-sa --cluster ${CLUSTER_NAME}`;
      for (const url of urls) {
        for (const name of [
          "HTTPS_PROXY",
          "HTTP_PROXY",
          "AWS_ENDPOINT_URL",
          "AWS_ENDPOINT_URL_IAM",
          "AWS_ENDPOINT_URL_STS",
        ]) {
          const ended = await run(`${line} --debug`, { [name]: url, [name.toLowerCase()]: url });
          expect(`${name} ${ended.code}`).not.toBe(
            `${name} 0`.repeat(url.startsWith("http") && name === "HTTP_PROXY" ? 1 : 0),
          );
        }
      }
      const said = await run(line, { HTTP_PROXY: `http://user:${password}@127.0.0.1:1` });
      expect(said.stderr).toContain("127.0.0.1:1");
      await expectNothingFound();
    },
    TIMEOUT,
  );
});

attack("malicious proxy", "an AWS endpoint throws back what it is sent: keys, signatures, tokens", {
  attack: async () => {
    const session = markers.make("session token");
    for (const action of [
      "DescribeCluster|clusters",
      "GetCallerIdentity",
      "ListRoles|GetRole|ListOpenID|GetOpenID",
      "AssumeRoleWithWebIdentity",
    ]) {
      const words = new RegExp(action);
      const reflector = await reflectorOfAws(world.aws.url, (text) => words.test(text));
      const through = { AWS_ENDPOINT_URL: reflector.url, AWS_SESSION_TOKEN: session };
      for (const service of ["IAM", "STS", "EKS"])
        Object.assign(through, { [`AWS_ENDPOINT_URL_${service}`]: reflector.url });
      for (const flags of ["", " -o json --debug"]) {
        await run(`verify --cluster ${CLUSTER_NAME} shop/cart --prove${flags}`, through);
        await run(`get-sa --cluster ${CLUSTER_NAME}${flags}`, through);
        await run(`doctor --cluster ${CLUSTER_NAME}${flags}`, through);
      }
      await reflector.stop();
    }
    await expectNothingFound();
  },
  twin: async () => {
    const reflector = await reflectorOfAws(world.aws.url, (text) => /GetCallerIdentity/.test(text));
    const { stderr } = await run(`get-sa --cluster ${CLUSTER_NAME}`, {
      AWS_ENDPOINT_URL_STS: reflector.url,
      AWS_ENDPOINT_URL: reflector.url,
    });
    expect(reflector.reflected()).toBeGreaterThan(0);
    expect(stderr).toMatch(/error: sts:GetCallerIdentity: Reflected: you sent POST/);
    await reflector.stop();
  },
});

attack("malicious proxy", "a proxy throws back what it is sent: its own password, and AWS's signatures", {
  attack: async () => {
    const proxy = await reflectorAsProxy();
    const password = markers.make("password of the proxy");
    const url = `http://user:${password}@${proxy.url}`;
    for (const flags of ["", " -o json --debug"]) {
      for (const name of ["HTTP_PROXY", "HTTPS_PROXY"])
        await run(`get-sa --cluster ${CLUSTER_NAME}${flags}`, { [name]: url, NO_PROXY: "" });
    }
    expect(proxy.reflected()).toBeGreaterThan(0);
    await proxy.stop();
    await expectNothingFound();
  },
  twin: async () => {
    const { code, stderr } = await run(`get-sa --cluster ${CLUSTER_NAME}`, {
      HTTP_PROXY: "http://127.0.0.1:1",
    });
    expect(code).toBe(1);
    expect(stderr).toContain("ECONNREFUSED 127.0.0.1:1");
  },
});

attack("malicious cluster", "an API server throws back the operator's token", {
  attack: async () => {
    const before = reflecting.reflected();
    for (const flags of ["", " -o json --debug"])
      await run(
        `verify --cluster ${CLUSTER_NAME} shop/cart --kubeconfig kubeconfig --context reflecting${flags}`,
      );
    expect(reflecting.reflected()).toBeGreaterThanOrEqual(before);
    await expectNothingFound();
  },
  twin: async () => {
    const { code, stderr } = await run(
      `verify --cluster ${CLUSTER_NAME} shop/cart --kubeconfig kubeconfig --context reflecting`,
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain("reflecting");
  },
});
