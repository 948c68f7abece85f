import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isBusy, isDenied, isSlow, startManyTargets, type ManyTargets } from "../../bench/many-targets.ts";

const SIZE = { clusters: 1, roles: 4, serviceAccounts: 4, pods: 4, podBytes: 2_048 };
const NUMBERS = Array.from({ length: 50 }, (_, at) => at);
const [SLOW = NaN, BUSY = NaN, DENIED = NaN] = [isSlow, isBusy, isDenied].map((is) => NUMBERS.find(is));
const USUAL = 0;

let world: ManyTargets;
beforeAll(async () => {
  world = await startManyTargets({ ...SIZE, awsAccounts: 50, latency: { usual: 0, slow: 500 } });
});
afterAll(() => world.stop());

const accountOf = (number: number): string => String(100_000_000_000 + number);

/** A call of EKS or IAM that is signed with a key of that AWS account. */
function call(number: number, service: "eks" | "iam", path: string, body?: string): Promise<Response> {
  const authorization = `AWS4-HMAC-SHA256 Credential=ASIA${accountOf(number)}/20261129/eu-west-1/${service}/aws4_request`;
  const request = body === undefined ? {} : { method: "POST", body };
  return fetch(`${world.env["AWS_ENDPOINT_URL"]}${path}`, { headers: { authorization }, ...request });
}

const assume = (number: number): Promise<Response> => {
  const RoleArn = `arn:aws:iam::${accountOf(number)}:role/audit`;
  return call(-1, "iam", "/", String(new URLSearchParams({ Action: "AssumeRole", RoleArn })));
};

const clusters = (number: number): Promise<Response> => call(number, "eks", "/clusters");
const providers = (number: number): Promise<Response> =>
  call(number, "iam", "/", "Action=ListOpenIDConnectProviders");

/** The statuses of many calls that are made together, sorted. */
async function together(count: number, make: () => Promise<Response>): Promise<readonly number[]> {
  const answers = await Promise.all(Array.from({ length: count }, make));
  return answers.map(({ status }) => status).toSorted((one, other) => one - other);
}

describe("the generated organization of the benchmark", () => {
  it("gives each role credentials of its own AWS account, but those that can't be read", async () => {
    expect(await (await assume(USUAL)).text()).toContain(`ASIA${accountOf(USUAL)}`);
    const denied = await assume(DENIED);
    expect([denied.status, await denied.text()]).toEqual([403, expect.stringContaining("AccessDenied")]);
  });

  it("throttles an AWS account's calls of one service, and counts how often", async () => {
    world.takeCalls();
    const statuses = await together(150, () => clusters(USUAL));
    const throttled = statuses.filter((status) => status === 429).length;
    expect(throttled).toBeGreaterThan(0);
    expect(statuses.length - throttled).toBeGreaterThanOrEqual(100);
    expect(world.takeCalls().get("throttled")).toBe(throttled);
    expect([(await providers(USUAL)).status, (await clusters(1)).status]).toEqual([200, 200]);
  });

  it("throttles a busy AWS account after a few calls, as each service says it", async () => {
    expect((await together(20, () => clusters(BUSY))).slice(-1)).toEqual([429]);
    expect((await together(20, () => providers(BUSY))).slice(-1)).toEqual([400]);
    const refused = (await Promise.all(Array.from({ length: 20 }, () => clusters(BUSY)))).find(
      ({ status }) => status === 429,
    );
    expect(refused?.headers.get("x-amzn-errortype")).toBe("ThrottlingException");
  });

  it("answers later for a slow AWS account than for one that is asked after it", async () => {
    const order: string[] = [];
    await Promise.all([
      clusters(SLOW).then(() => order.push("slow")),
      clusters(2).then(() => order.push("usual")),
    ]);
    expect(order).toEqual(["usual", "slow"]);
  });
});
