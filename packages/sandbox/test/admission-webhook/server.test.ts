import { request } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { webhookConfiguration } from "../../src/admission-webhook/configuration.ts";
import { EKS_WEBHOOK_CONFIG } from "../../src/admission-webhook/credential-source.ts";
import { startAdmissionWebhook } from "../../src/admission-webhook/server.ts";
import type { Listener } from "../../src/kubernetes/https.ts";
import { createCertificateAuthority, issueServerCertificate } from "../../src/tls.ts";

const ROLE = "arn:aws:iam::111122223333:role/reader";

describe("the webhook over HTTPS", () => {
  let webhook: Listener;
  let ca: string;

  beforeAll(async () => {
    const authority = await createCertificateAuthority("webhook");
    ca = authority.certificatePem;
    webhook = await startAdmissionWebhook({
      certificate: await issueServerCertificate(authority, ["127.0.0.1"]),
      config: EKS_WEBHOOK_CONFIG,
      serviceAccounts: {
        annotations: async (namespace, name) => {
          if (name === "broken") throw new Error("lookup failed");
          const known = namespace === "apps" && name === "reader";
          return known ? { "eks.amazonaws.com/role-arn": ROLE } : undefined;
        },
      },
    });
  });

  afterAll(() => webhook.stop());

  it("answers a review with a JSON patch for the ServiceAccount of the pod's namespace", async () => {
    const { status, body } = await post(review("apps", "reader"));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      response: { uid: "the-uid", allowed: true, patchType: "JSONPatch" },
    });
    const patch = JSON.parse(Buffer.from(body?.response?.patch ?? "", "base64").toString()) as {
      path: string;
    }[];
    expect(patch.map(({ path }) => path)).toEqual(["/spec/volumes", "/spec/containers"]);
  });

  it("lets a pod of another namespace in as it is", async () => {
    const { body } = await post(review("other", "reader"));
    expect(body?.response).toEqual({ uid: "the-uid", allowed: true });
  });

  it.each([
    ["a body that is no review", { kind: "Pod" }, "application/json", 400],
    ["a body that is no JSON", "{", "application/json", 400],
    ["another content type", review("apps", "reader"), "application/yaml", 415],
    ["a lookup that fails", review("apps", "broken"), "application/json", 500],
  ])("refuses %s", async (_name, body, type, status) => {
    expect((await post(body, type)).status).toBe(status);
  });

  it("is registered with its own address and authority, failing open, for new pods without the skip label", () => {
    expect(webhookConfiguration(webhook.url, ca)).toMatchObject({
      metadata: { name: "pod-identity-webhook" },
      webhooks: [
        {
          clientConfig: {
            url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/mutate$/),
            caBundle: btoa(ca),
          },
          failurePolicy: "Ignore",
          objectSelector: {
            matchExpressions: [
              { key: "eks.amazonaws.com/skip-pod-identity-webhook", operator: "DoesNotExist" },
            ],
          },
          rules: [{ operations: ["CREATE"], resources: ["pods"] }],
        },
      ],
    });
  });

  /** Posts JSON, or text as it is, to the webhook. */
  function post(body: unknown, type = "application/json"): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        webhook.url,
        { method: "POST", ca, agent: false, headers: { "content-type": type } },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (text += chunk));
          response.on("end", () => {
            resolve({
              status: response.statusCode,
              body: text === "" ? undefined : (JSON.parse(text) as Body),
            });
          });
        },
      );
      sent.on("error", reject).end(typeof body === "string" ? body : JSON.stringify(body));
    });
  }
});

interface Body {
  readonly response?: { readonly uid: string; readonly allowed: boolean; readonly patch?: string };
}

interface Answer {
  readonly status: number | undefined;
  readonly body: Body | undefined;
}

function review(namespace: string, serviceAccountName: string): object {
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "the-uid",
      namespace,
      object: { metadata: {}, spec: { serviceAccountName, containers: [{ name: "main" }] } },
    },
  };
}
