import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import { createCertificateAuthority, issueServerCertificate } from "irsa-sandbox/parts";
import { answering } from "../answering.ts";

/** A running HTTPS service on loopback that the API server asks for its verdict. */
export interface ReviewService {
  readonly url: string;
  readonly caPem: string;
  readonly stop: () => Promise<void>;
}

/** What it is asked: a TokenReview has `spec`, an AdmissionReview `request`. */
export interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec?: { readonly token?: string };
  readonly request?: { readonly uid: string };
}

/**
 * Starts a service that answers a TokenReview with `judge`'s verdict as the status, and an AdmissionReview with
 * it as the response (less its `uid`, which is added).
 * Source: Kubernetes, "Authenticating" (webhook token authentication), "Dynamic admission control".
 */
export async function startReviewService(judge: (review: Review) => object): Promise<ReviewService> {
  const authority = await createCertificateAuthority("review service of a test");
  const { certificatePem, keyPem } = await issueServerCertificate(authority, ["127.0.0.1"]);
  const listener = answering(async (request, response) => {
    const review = (await json(request)) as Review;
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer(review, judge(review))));
  });
  const server = createServer({ cert: certificatePem, key: keyPem }, listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await promisify(server.close.bind(server))();
  };
  return { url: `https://127.0.0.1:${port}/`, caPem: authority.certificatePem, stop };
}

function answer({ apiVersion, kind, request }: Review, verdict: object): object {
  if (request === undefined) return { apiVersion, kind, status: verdict };
  return { apiVersion, kind, response: { uid: request.uid, ...verdict } };
}
