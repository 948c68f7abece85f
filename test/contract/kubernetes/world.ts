import { KubeConfig } from "@kubernetes/client-node";
import { request } from "node:https";
import { text } from "node:stream/consumers";

/** A Kubernetes API to hold to the contract, and an administrator's way in. */
export interface KubernetesWorld {
  readonly name: WorldName;
  readonly url: string;
  readonly caPem: string;
  readonly admin: { readonly token: string } | { readonly certificatePem: string; readonly keyPem: string };
  /** The `iss` of its ServiceAccount tokens. */
  readonly issuer: string;
}

/** The worlds that the contract is run on. */
export type WorldName = "sandbox" | "control-plane";

/** A request: `POST /api/v1/namespaces`. */
export interface Call {
  readonly call: string;
  /** The body; an object goes as JSON. */
  readonly content?: unknown;
  /** Its media type; JSON by default. */
  readonly type?: string;
  /** The user to act as; the administrator by default. */
  readonly as?: string;
  /** A bearer token instead of the administrator's credentials; `""` for none at all. */
  readonly token?: string;
}

/** What came back; a body that is not JSON as its text. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Makes a request, on a connection of its own. */
export async function send(
  world: KubernetesWorld,
  { call, content, type, as, token }: Call,
): Promise<Answer> {
  const [method = "GET", path = "/"] = call.split(" ");
  const body = typeof content === "string" || content === undefined ? content : JSON.stringify(content);
  const headers = {
    // For DELETE, Node does not tell the length of a body by itself.
    ...(body !== undefined && {
      "content-type": type ?? "application/json",
      "content-length": Buffer.byteLength(body),
    }),
    ...(as !== undefined && { "impersonate-user": as }),
    "user-agent": "contract/1.0",
  };
  const { certificate, authorization } = credentials(world, token);
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, world.url),
      { method, headers: { ...headers, ...authorization }, ca: world.caPem, agent: false, ...certificate },
      (response) => {
        const answered = text(response).then((answer) => ({
          status: response.statusCode ?? 0,
          body: parsed(answer),
        }));
        resolve(answered);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** A world's administrator as their kubeconfig has it. */
export function adminOf(kubeconfig: string): KubernetesWorld["admin"] {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { certData = "", keyData = "" } = config.getCurrentUser() ?? {};
  return { certificatePem: decoded(certData), keyPem: decoded(keyData) };
}

function credentials({ admin }: KubernetesWorld, token: string | undefined) {
  const bearer = token ?? ("token" in admin ? admin.token : "");
  const isCertified = token === undefined && "certificatePem" in admin;
  return {
    certificate: isCertified ? { cert: admin.certificatePem, key: admin.keyPem } : {},
    authorization: bearer === "" ? {} : { authorization: `Bearer ${bearer}` },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
