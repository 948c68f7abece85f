import { describe, expect, it } from "vitest";
import { verifyBearerToken, type BearerTokenContext } from "../../src/aws/bearer-token.ts";
import { newSessionKey } from "../../src/aws/key-store.ts";
import { KEY, presignedUrl, tokenAround, type PresignOptions } from "./requests.ts";

const NOW = Date.now();
const MINUTE = 60_000;
const SESSION = newSessionKey(KEY.principal, 3600, NOW);

const CONTEXT: BearerTokenContext = {
  cluster: "work",
  hosts: new Set(["127.0.0.1:4566"]),
  keys: (id) => [KEY, SESSION].find(({ accessKeyId }) => accessKeyId === id),
  now: NOW,
};

async function verify(options: PresignOptions, context: Partial<BearerTokenContext> = {}) {
  return verifyBearerToken(tokenAround(await presignedUrl(options)), { ...CONTEXT, ...context });
}

describe("verifyBearerToken", () => {
  it("tells who signed, be it with a user's key or a session's", async () => {
    expect(await verify({})).toEqual({ ok: true, principal: KEY.principal, accessKeyId: KEY.accessKeyId });
    expect(await verify({ key: SESSION })).toMatchObject({ ok: true, accessKeyId: SESSION.accessKeyId });
  });

  it.each<[string, PresignOptions, Partial<BearerTokenContext>, RegExp]>([
    ["for another cluster", { cluster: "other" }, {}, /signature is wrong, or made for another cluster/],
    ["older than 15 minutes", { signingDate: new Date(NOW - 15 * MINUTE) }, {}, /has expired/],
    ["from the future", { signingDate: new Date(NOW + 10 * MINUTE) }, {}, /from the future/],
    ["valid for too long", { expiresIn: 901 }, {}, /between 0 and 900/],
    ["for another host", { host: "127.0.0.1:9" }, {}, /not an STS endpoint here/],
    ["with a parameter too many", { query: { x: "1" } }, {}, /unexpected or repeated query parameter x/],
    ["of another action", { query: { Action: "GetSessionToken" } }, {}, /not GetCallerIdentity/],
    [
      "of an unknown key",
      { key: { ...KEY, accessKeyId: "AKIAUNKNOWN" } },
      {},
      /unknown access key AKIAUNKNOWN/,
    ],
    ["of a wrong secret", { key: { ...KEY, secretAccessKey: "guessed" } }, {}, /signature is wrong/],
    ["without its session token", { key: { ...KEY, accessKeyId: SESSION.accessKeyId } }, {}, /session token/],
    [
      "of an expired session",
      { key: SESSION },
      { keys: () => ({ ...SESSION, expires: NOW }) },
      /key has expired/,
    ],
  ])("refuses one %s", async (_what, options, context, reason) => {
    const result = await verify(options, context);
    expect(result).toEqual({ ok: false, reason: expect.stringMatching(reason) as string });
  });

  it("refuses one whose URL was changed after signing", async () => {
    const url = new URL(await presignedUrl());
    url.searchParams.set("X-Amz-Expires", "61");
    expect(verifyBearerToken(tokenAround(url.toString()), CONTEXT)).toMatchObject({ ok: false });
  });

  it("refuses a repeated parameter", async () => {
    const url = `${await presignedUrl()}&action=GetCallerIdentity`;
    expect(verifyBearerToken(tokenAround(url), CONTEXT)).toMatchObject({
      ok: false,
      reason: "unexpected or repeated query parameter action",
    });
  });

  it.each([
    ["", /begins with k8s-aws-v1/],
    ["k8s-aws-v1.", /begins with k8s-aws-v1/],
    [tokenAround("no URL"), /holds a URL/],
    [tokenAround(`http://127.0.0.1:4566/?${"x".repeat(4096)}`), /at most 4096/],
    [tokenAround("http://127.0.0.1:4566/else?Action=GetCallerIdentity"), /unexpected path/],
    [tokenAround("http://127.0.0.1:4566/?Action=GetCallerIdentity"), /not presigned/],
  ])("refuses what is no token: %s", (token, reason) => {
    expect(verifyBearerToken(token, CONTEXT)).toEqual({
      ok: false,
      reason: expect.stringMatching(reason) as string,
    });
  });

  it("refuses a URL whose signature does not cover the cluster", async () => {
    const url = new URL(await presignedUrl());
    url.searchParams.set("X-Amz-SignedHeaders", "host");
    expect(verifyBearerToken(tokenAround(url.toString()), CONTEXT)).toEqual({
      ok: false,
      reason: "x-k8s-aws-id is not among the signed headers",
    });
  });
});
