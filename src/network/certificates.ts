import { X509Certificate } from "node:crypto";
import { readTextFileSync } from "../files/read-file.ts";
import { reasonOf } from "../files/reason.ts";
import { Failure } from "../model/failure.ts";
import { LIMITS } from "../model/limits.ts";

/**
 * The PEM texts of AWS_CA_BUNDLE and NODE_EXTRA_CA_CERTS. Node reads the latter by itself, but only while a
 * connection has no `ca` of its own.
 * @throws Failure `ca-bundle` when a file can't be read
 */
export function extraCertificates(): string[] {
  const { AWS_CA_BUNDLE: aws = "", NODE_EXTRA_CA_CERTS: node = "" } = process.env;
  return [
    ...(aws === "" ? [] : [readBundle("AWS_CA_BUNDLE", aws)]),
    ...(node === "" || node === aws ? [] : [readBundle("NODE_EXTRA_CA_CERTS", node)]),
  ];
}

function readBundle(variable: string, file: string): string {
  try {
    return readTextFileSync(file, { maxBytes: LIMITS.certificatesBytes });
  } catch (error) {
    throw new Failure("input", "ca-bundle", `${variable}: '${file}' can't be read: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** The certificates that two PEM bundles share, as one PEM text; empty when there are none. */
export function sharedCertificates(one: string, other: string): string {
  const known = new Set(certificatesOf(other).map(({ fingerprint256 }) => fingerprint256));
  const shared = certificatesOf(one).filter(({ fingerprint256 }) => known.has(fingerprint256));
  return shared.map(String).join("");
}

/** The certificates in a PEM text, unchanged, valid or not. */
export function certificateBlocks(pem: string): readonly string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
}

function certificatesOf(pem: string): X509Certificate[] {
  return certificateBlocks(pem).flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}
