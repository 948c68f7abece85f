import { createServer, get, Agent } from "node:https";
import type { AddressInfo } from "node:net";
import { createCertificateAuthority, issueServerCertificate } from "irsa-sandbox/parts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sharingContext } from "../../src/network/shared-context.ts";

let server: ReturnType<typeof createServer>;
let authority: Awaited<ReturnType<typeof createCertificateAuthority>>;

beforeAll(async () => {
  authority = await createCertificateAuthority("test");
  const { certificatePem: cert, keyPem: key } = await issueServerCertificate(authority, ["127.0.0.1"]);
  server = createServer({ cert, key }, (_, response) => response.end("hello"));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void server.close());

function callWith(agent: Agent): Promise<number | undefined> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const call = get({ host: "127.0.0.1", port, agent }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    });
    call.on("error", reject);
  });
}

const agentWith = (options: Parameters<typeof sharingContext>[1]): Agent =>
  sharingContext(new Agent({ keepAlive: true, rejectUnauthorized: true }), options);

describe("an agent whose connections share a TLS context", () => {
  it("trusts the authorities that it was given, over several connections side by side", async () => {
    const agent = agentWith({ ca: [authority.certificatePem] });
    expect(await Promise.all([1, 2, 3].map(() => callWith(agent)))).toEqual([200, 200, 200]);
    const contexts = [1, 2].map(() => (agent.options as { secureContext?: unknown }).secureContext);
    expect(contexts[0]).toBeDefined();
    expect(contexts[0]).toBe(contexts[1]);
    agent.destroy();
  });

  it("trusts no other authority", async () => {
    const other = await createCertificateAuthority("other");
    for (const options of [{ ca: [other.certificatePem] }, {}])
      await expect(callWith(agentWith(options))).rejects.toThrow(/unable to verify|self-signed|issuer/);
  });

  it("makes none before the first connection, which a key that is not valid fails", async () => {
    const agent = agentWith({ cert: "none", key: "none" });
    await expect(callWith(agent)).rejects.toThrow(/PEM|no start line/i);
  });
});
