// @peculiar/x509 finds its parts through tsyringe, which wants this polyfill to be there first.
import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
} from "@peculiar/x509";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";

/** A certificate and its private key, both PEM (the key as PKCS #8). */
export interface CertificateWithKey {
  readonly certificatePem: string;
  readonly keyPem: string;
}

const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING_ALGORITHM = { name: "ECDSA", hash: "SHA-256" };
const HOUR = 3_600_000;
const LIFETIME = 10 * 365 * 24 * HOUR;

/**
 * A new certificate authority for one world; nothing outside that world trusts it.
 * Source: RFC 5280, 4.2 (a CA has basicConstraints, keyUsage and a subject key identifier).
 */
export async function createCertificateAuthority(commonName: string): Promise<CertificateWithKey> {
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: subject(commonName),
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    ...validity(),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(
        KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature,
        true,
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificatePem: certificate.toString("pem"), keyPem: await exportKey(keys.privateKey) };
}

/**
 * A server certificate signed by `authority` for these DNS names and IP addresses (at least one).
 * @throws Error when the authority's PEM can't be read.
 */
export async function issueServerCertificate(
  authority: CertificateWithKey,
  hosts: readonly string[],
): Promise<CertificateWithKey> {
  const issuer = new X509Certificate(authority.certificatePem);
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.create({
    subject: subject(hosts[0] ?? "localhost"),
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.keyPem),
    signingAlgorithm: SIGNING_ALGORITHM,
    ...validity(),
    extensions: [...(await serverExtensions(issuer, keys.publicKey, hosts))],
  });
  return { certificatePem: certificate.toString("pem"), keyPem: await exportKey(keys.privateKey) };
}

async function serverExtensions(
  issuer: X509Certificate,
  publicKey: webcrypto.CryptoKey,
  hosts: readonly string[],
): Promise<readonly Extension[]> {
  const names = hosts.map((value) => ({
    type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const),
    value,
  }));
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(names),
    await SubjectKeyIdentifierExtension.create(publicKey),
    await AuthorityKeyIdentifierExtension.create(issuer),
  ];
}

/** Begins an hour ago, so that a reader whose clock lags a little takes it too. */
function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - HOUR), notAfter: new Date(now + LIFETIME) };
}

function subject(commonName: string): { CN: string[] }[] {
  return [{ CN: [commonName] }];
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(pem), KEY_ALGORITHM, true, ["sign"]);
}
