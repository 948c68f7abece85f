import { request } from "node:https";
import { json } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { AccessEntry } from "../../src/aws/access-entry.ts";
import { reviewToken, startTokenReviewer } from "../../src/aws/token-review.ts";
import { createCertificateAuthority } from "../../src/tls.ts";
import { KEY, presignedUrl, tokenAround } from "./requests.ts";

const SESSION = {
  ...KEY,
  accessKeyId: "ASIASESSION",
  sessionToken: "token",
  principal: {
    arn: "arn:aws:sts::111122223333:assumed-role/deployer/ci",
    awsAccount: "111122223333",
    userId: "AROA:ci",
  },
};
const ENTRIES: readonly AccessEntry[] = [
  { principalArn: KEY.principal.arn, username: "boss", groups: ["system:masters"] },
  { principalArn: "arn:aws:iam::111122223333:role/deployer", groups: [] },
];
const OPTIONS = {
  accessEntries: (cluster: string) => (cluster === "work" ? ENTRIES : []),
  stsHosts: new Set(["127.0.0.1:4566"]),
  keys: (id: string) => [KEY, SESSION].find(({ accessKeyId }) => accessKeyId === id),
};

describe("reviewToken", () => {
  it("maps a principal to user and groups by its access entry", async () => {
    expect(reviewToken(tokenAround(await presignedUrl()), "work", OPTIONS)).toEqual({
      authenticated: true,
      user: { username: "boss", uid: "AIDATEST", groups: ["system:masters"] },
    });
  });

  it("finds a session by its role, and names the session", async () => {
    expect(reviewToken(tokenAround(await presignedUrl({ key: SESSION })), "work", OPTIONS)).toEqual({
      authenticated: true,
      user: { username: SESSION.principal.arn, uid: "AROA:ci", groups: [] },
    });
  });

  it("refuses a principal without access entry, and a token for another cluster", async () => {
    expect(reviewToken(tokenAround(await presignedUrl({ cluster: "other" })), "other", OPTIONS)).toEqual({
      authenticated: false,
      error: "arn:aws:iam::111122223333:user/ci has no access entry",
    });
    expect(reviewToken(tokenAround(await presignedUrl()), "other", OPTIONS).authenticated).toBe(false);
  });
});

describe("the reviewer's server", () => {
  it("answers an API server's review for the cluster in the path", async () => {
    const authority = await createCertificateAuthority("test");
    const reviewer = await startTokenReviewer({ ...OPTIONS, authority });
    try {
      const token = tokenAround(await presignedUrl());
      const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } };
      expect(await post(reviewer.url("work"), reviewer.caPem, review)).toMatchObject({
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        status: { authenticated: true, user: { username: "boss" } },
      });
      expect(await post(reviewer.url("other"), reviewer.caPem, review)).toMatchObject({
        status: { authenticated: false },
      });
    } finally {
      await reviewer.stop();
    }
  });
});

async function post(url: string, ca: string, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", ca, agent: false }, (incoming) => {
      json(incoming).then(resolve, reject);
    });
    outgoing.on("error", reject).end(JSON.stringify(body));
  });
}
