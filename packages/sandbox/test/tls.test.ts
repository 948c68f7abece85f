import { X509Certificate } from "node:crypto";
import { createServer, get } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createCertificateAuthority, issueServerCertificate, type CertificateWithKey } from "../src/tls.ts";

describe("a world's certificates", () => {
  it("are signed by its authority and name every host", async () => {
    const authority = await createCertificateAuthority("a world");
    const server = await issueServerCertificate(authority, ["127.0.0.1", "localhost"]);

    const leaf = new X509Certificate(server.certificatePem);
    expect(leaf.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true);
    expect(leaf.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(leaf.checkHost("localhost")).toBe("localhost");
  });

  it("are taken by a client that trusts the authority, and by no other", async () => {
    const [ours, another] = [
      await createCertificateAuthority("ours"),
      await createCertificateAuthority("another"),
    ];
    const certificate = await issueServerCertificate(ours, ["127.0.0.1"]);

    await expect(statusOf(certificate, ours.certificatePem)).resolves.toBe(204);
    await expect(statusOf(certificate, another.certificatePem)).rejects.toThrow(
      /unable to (verify|get)|self.signed|signature/,
    );
  });
});

/** The status that a client trusting `ca` gets from a server with this certificate. */
async function statusOf(certificate: CertificateWithKey, ca: string): Promise<number | undefined> {
  const server = createServer(
    { cert: certificate.certificatePem, key: certificate.keyPem },
    (_request, response) => {
      response.writeHead(204).end();
    },
  );
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve, reject) => {
      const request = get({ host: "127.0.0.1", port, ca, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on("error", reject);
    });
  } finally {
    server.close();
  }
}
