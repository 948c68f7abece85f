import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { readTextFileSync } from "../../files/read-file.ts";
import { reasonOf } from "../../files/reason.ts";
import { Failure } from "../../model/failure.ts";
import { LIMITS } from "../../model/limits.ts";
import { certificateBlocks } from "../../network/certificates.ts";

/** A failure of what a kubeconfig says. */
export function kubeconfigFailure(message: string, advice?: string): Failure {
  return new Failure("input", "kubeconfig", message, advice === undefined ? {} : { advice });
}

/**
 * The text of a file that a kubeconfig names.
 * @param whose as `user 'me'`
 * @throws Failure `kubeconfig`
 */
export function readNamed(field: string, file: string, whose: string): string {
  try {
    return readTextFileSync(file, { maxBytes: LIMITS.credentialBytes });
  } catch (error) {
    const reason = reasonOf(error);
    throw kubeconfigFailure(`${field} '${file}' of the ${whose} in the kubeconfig can't be read: ${reason}`);
  }
}

/** Where a PEM text stands: in the kubeconfig, or in a file. */
export interface PemFields {
  /** As `client-key`; its data is in `client-key-data`. */
  readonly field: string;
  readonly data: string | undefined;
  readonly file: string | undefined;
  readonly whose: string;
}

/** The PEM text that a kubeconfig has or names. @throws Failure `kubeconfig`, also where it does both, as kubectl */
export function pemOf({ field, data, file, whose }: PemFields): string | undefined {
  if (data !== undefined && file !== undefined)
    throw kubeconfigFailure(
      `the ${whose} in the kubeconfig has both ${field} and ${field}-data`,
      "Remove one of them",
    );
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  return file === undefined ? undefined : readNamed(field, file, whose);
}

/** Holds certificates of an authority to be such. @throws Failure `kubeconfig` */
export function requireCertificates(pem: string, { field, file, whose }: PemFields): void {
  const blocks = certificateBlocks(pem);
  const where = file === undefined ? `${field}-data` : `${field} '${file}'`;
  if (blocks.length === 0)
    throw kubeconfigFailure(`${where} of the ${whose} in the kubeconfig has no PEM certificate`);
  for (const block of blocks)
    try {
      void new X509Certificate(block);
    } catch {
      throw kubeconfigFailure(
        `${where} of the ${whose} in the kubeconfig has a certificate that can't be parsed`,
      );
    }
}

/** Holds a client certificate and its key to be a pair. @throws Failure `kubeconfig` */
export function requirePair(cert: string, key: string, whose: string): void {
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    // OpenSSL says what it stumbled over, as `no start line` or `key values mismatch`, and nothing of the text.
    const reason = error instanceof Error ? error.message.replace(/^error:\w+:/, "") : String(error);
    throw kubeconfigFailure(`the client certificate and key of the ${whose} can't be used: ${reason}`);
  }
}
