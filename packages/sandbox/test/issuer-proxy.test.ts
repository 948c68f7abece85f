import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { json, text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startIssuerProxy, type IssuerProxy } from "../src/issuer-proxy.ts";

const HOST = "oidc.eks.eu-west-1.amazonaws.com";
const ISSUER = `https://${HOST}/id/A`;

let proxy: IssuerProxy;
beforeAll(async () => {
  proxy = await startIssuerProxy([ISSUER], async (issuer) => (issuer === ISSUER ? { keys: [] } : undefined));
});
afterAll(async () => proxy.stop());

/** A tunnel through the proxy, or its refusal. */
function tunnel(target: string): Promise<{ readonly status: number; readonly socket: Socket }> {
  return new Promise((resolve, reject) => {
    httpRequest(proxy.url, { method: "CONNECT", path: target })
      .on("connect", ({ statusCode = 0 }: IncomingMessage, socket: Socket) =>
        resolve({ status: statusCode, socket }),
      )
      .on("error", reject)
      .end();
  });
}

async function get(path: string, hostHeader = HOST): Promise<IncomingMessage> {
  const { socket } = await tunnel(`${HOST}:443`);
  return new Promise((resolve, reject) => {
    const createConnection = () => connectTls({ socket, servername: HOST, ca: proxy.caPem });
    httpsRequest({ path, createConnection, headers: { host: hostHeader } }, resolve)
      .on("error", reject)
      .end();
  });
}

it("leads to what the issuers publish, under a certificate of its own authority", async () => {
  const answer = await get("/id/A/.well-known/openid-configuration");
  expect(await json(answer)).toMatchObject({ issuer: ISSUER, jwks_uri: `${ISSUER}/keys` });
  expect(await json(await get("/id/A/keys"))).toEqual({ keys: [] });
  // As eksctl has it.
  expect(await json(await get("/id/A/keys", `${HOST}:443`))).toEqual({ keys: [] });
});

it("does not know another issuer or another host", async () => {
  expect((await get("/id/B/keys")).statusCode).toBe(404);
  for (const target of ["sts.amazonaws.com:443", `${HOST}:80`, `${HOST}.evil.example:443`, "127.0.0.1:22"]) {
    const { status, socket } = await tunnel(target);
    expect({ target, status }).toEqual({ target, status: 403 });
    socket.destroy();
  }
});

it("forwards nothing in the clear", async () => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(proxy.url, { path: "http://example.com/" }, resolve).on("error", reject).end();
  });
  expect(answer.statusCode).toBe(403);
  expect(await text(answer)).toContain("this proxy only connects to the issuers of the sandbox's clusters");
});
