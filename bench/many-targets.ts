import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { createCertificateAuthority, issueServerCertificate } from "irsa-sandbox/parts";
import { largeApi, type LargeApi } from "./large-api.ts";
import { issuedToken, largeAws } from "./large-aws.ts";
import { type LargeWorldSize } from "./large-names.ts";
import { largeCluster } from "./large-cluster.ts";
import { close, environmentOf, listen } from "./large-world.ts";

/** How many AWS accounts there are, with how many clusters each, and what is in them. */
export interface ManyTargetsSize extends LargeWorldSize {
  readonly awsAccounts: number;
  readonly clusters: number;
  /** Milliseconds before every answer, and before those of a slow AWS account; 25 and 500 by default. */
  readonly latency?: { readonly usual: number; readonly slow: number };
}

const LATENCY = { usual: 25, slow: 500 } as const;
/** One AWS account in so many is slow, another is busy, and another one can't be read. */
const ONE_IN = 50;
/** Of each AWS account and service, as many calls as can be made suddenly, and so many a second then. */
interface Rate {
  readonly burst: number;
  readonly rate: number;
}
/** What others met of IAM's rates, which are not published; and what other tools leave of them in a busy AWS account. */
const THROTTLE: Readonly<Record<"usual" | "busy", Rate>> = {
  usual: { burst: 100, rate: 20 },
  busy: { burst: 5, rate: 4 },
};
const FIRST = 100_000_000_000;

/** A generated organization, served from this process: roles are assumed without a look, and each is of its own AWS account. */
export interface ManyTargets {
  readonly env: Readonly<Record<string, string>>;
  /** A targets file with the AWS accounts of these numbers. */
  readonly targetsFile: (numbers: readonly number[]) => string;
  /** How often each call was answered since the last time, and how many were throttled. */
  readonly takeCalls: () => ReadonlyMap<string, number>;
  /** Runs something at the n-th role that is assumed from now on. */
  readonly atRole: (nth: number, run: () => void) => void;
  readonly stop: () => Promise<void>;
}

/** True for one whose calls take long. */
export function isSlow(number: number): boolean {
  return number % ONE_IN === 7;
}

/** True for one in which other tools use most of the rates. */
export function isBusy(number: number): boolean {
  return number % ONE_IN === 19;
}

/** True for one whose role can't be assumed. */
export function isDenied(number: number): boolean {
  return number % ONE_IN === 31;
}

/** Starts one on loopback. */
export async function startManyTargets(size: ManyTargetsSize): Promise<ManyTargets> {
  const calls = new Map<string, number>();
  const count = (name: string): void => void calls.set(name, (calls.get(name) ?? 0) + 1);
  const buckets = new Map<string, { tokens: number; at: number }>();
  let assumed = 0;
  let hook: { readonly at: number; readonly run: () => void } | undefined;
  const authority = await createCertificateAuthority("bench");
  const { certificatePem: cert, keyPem: key } = await issueServerCertificate(authority, ["127.0.0.1"]);
  const kubernetes = createTlsServer({ cert, key }, async (request, response) => {
    const [, token = ""] = /k8s-aws-v1\.(\S+)/.exec(request.headers.authorization ?? "") ?? [];
    const number = numberIn(Buffer.from(token, "base64url").toString());
    const url = new URL(request.url ?? "", "https://127.0.0.1");
    await sleep(latencyOf(number, size));
    count(`kubernetes:GET ${url.pathname}`);
    await apiOf(number).respond(request, response);
  });
  const apis = new Map<number, LargeApi>();
  /** What all clusters of an AWS account have in them. */
  function apiOf(number: number): LargeApi {
    const known = apis.get(number);
    if (known !== undefined) return known;
    const objects = largeCluster({ ...size, awsAccount: accountOf(number) }, authority.certificatePem);
    const made = largeApi(objects, { issueToken: issuedToken, isAssociated: () => false });
    apis.set(number, made);
    return made;
  }
  const api = {
    endpoint: `https://127.0.0.1:${await listen(kubernetes)}`,
    caPem: authority.certificatePem,
  };
  const aws = createServer((request, response) => void respond(request, response));
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request);
    const body = new URLSearchParams(sent);
    const signed = request.headers.authorization ?? "";
    const number = numberIn(signed);
    await sleep(latencyOf(number, size));
    if (body.get("Action") === "AssumeRole") return assume(response, body.get("RoleArn") ?? "");
    const [, service = ""] = /\/(\w+)\/aws4_request/.exec(signed) ?? [];
    if (isThrottled(`${number} ${service}`, THROTTLE[isBusy(number) ? "busy" : "usual"]))
      return throttle(response, body);
    const own = { ...size, awsAccount: accountOf(number) };
    const {
      status,
      type,
      body: content,
    } = largeAws(own, new Set(), api)(request.url ?? "", sent, (name) =>
      count(name.replaceAll(/bench(-\d+)?/g, "CLUSTER")),
    );
    answer(response, type, content, status);
  }
  function assume(response: ServerResponse, role: string): void {
    const number = Number(/::(\d{12}):/.exec(role)?.[1]) - FIRST;
    assumed += 1;
    if (assumed === hook?.at) hook.run();
    count("aws:AssumeRole");
    if (isDenied(number)) return answer(response, "text/xml", error("AccessDenied"), 403);
    answer(response, "text/xml", credentials(number));
  }
  function throttle(response: ServerResponse, body: URLSearchParams): void {
    count("throttled");
    if (body.has("Action")) return answer(response, "text/xml", error("Throttling"), 400);
    response.setHeader("x-amzn-errortype", "ThrottlingException");
    answer(response, "application/json", '{"message":"Rate exceeded"}', 429);
  }
  function isThrottled(name: string, { burst, rate }: Rate): boolean {
    const now = performance.now();
    const { tokens, at } = buckets.get(name) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + ((now - at) / 1000) * rate);
    buckets.set(name, { tokens: filled < 1 ? filled : filled - 1, at: now });
    return filled < 1;
  }
  const port = await listen(aws);
  return {
    env: environmentOf(port),
    targetsFile: (numbers) =>
      JSON.stringify({
        accounts: numbers.map((number) => ({
          account_id: accountOf(number),
          role: `arn:aws:iam::${accountOf(number)}:role/audit`,
        })),
      }),
    takeCalls() {
      const taken = new Map(calls);
      calls.clear();
      return taken;
    },
    atRole: (nth, run) => void (hook = { at: assumed + nth, run }),
    stop: () => close([kubernetes, aws]),
  };
}

function answer(response: ServerResponse, type: string, body: string, status = 200): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}

function accountOf(number: number): string {
  return String(FIRST + number);
}

/** The number of the AWS account whose key signed; -1 for the caller's own. */
function numberIn(signed: string): number {
  return Number(/ASIA(\d{12})/.exec(signed)?.[1] ?? FIRST - 1) - FIRST;
}

function latencyOf(number: number, { latency = LATENCY }: ManyTargetsSize): number {
  return isSlow(number) ? latency.slow : latency.usual;
}

/** As long as those of STS. */
function credentials(number: number): string {
  const token = Buffer.from(`${number} `.repeat(150)).toString("base64");
  const keys = `<AccessKeyId>ASIA${accountOf(number)}</AccessKeyId><SecretAccessKey>key-of-${number}-${"x".repeat(30)}</SecretAccessKey>`;
  const rest = `<SessionToken>${token}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>`;
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${keys}${rest}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

function error(code: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error><RequestId>x</RequestId></ErrorResponse>`;
}
