import { excerpt, serverExcerpt } from "../model/excerpt.ts";
import { Failure, type Fact } from "../model/failure.ts";
import { TooLargeAnswer } from "../network/bounded-body.ts";
import { withoutPassword } from "../network/proxy.ts";
import { ProxyError, proxyFailure } from "../network/proxy-error.ts";
import type { ApiServer, CredentialKind, Identity } from "./api-access.ts";
import type { ApiAnswer } from "./answer.ts";

/** The failure behind an answer that is not 2xx. `what` says what was tried, as 'create serviceaccount ns/name'. */
export function apiFailure(what: string, answer: ApiAnswer, identity: Identity): Failure {
  const message = statusMessage(answer.body);
  const facts: [string, string][] = [["the API server says", message]];
  switch (answer.status) {
    case 401:
      return unauthorized(identity, facts);
    case 403:
      if (isTerminating(answer.body)) return terminating(what, facts);
      return new Failure("denied", "forbidden", `not permitted in the cluster: ${what}`, { facts });
    case 404:
      return new Failure("refused", "gone", `${what}: not found`, { facts });
    case 409:
      return isConflict(answer.body)
        ? new Failure("refused", "conflict", `${what}: it was changed in the meantime`, { facts })
        : new Failure("refused", "already-exists", `${what}: it already exists`, { facts });
    default:
      return new Failure("failed", "kubernetes-error", `${what}: ${message}`, {
        facts: [["status", `${answer.status}`]],
      });
  }
}

function unauthorized(identity: Identity, facts: readonly Fact[]): Failure {
  if (identity.by === "aws")
    return new Failure("denied", "unauthorized", "the cluster does not recognize this AWS principal", {
      facts,
      advice:
        "Grant it access with an access entry (aws eks create-access-entry) or in the aws-auth ConfigMap",
    });
  const { user, how, command } = identity;
  const message = `the cluster does not accept the credentials of the kubeconfig user '${user}'`;
  const given =
    how === "plugin" ? `given by the credential plugin '${excerpt(command?.[0] ?? "")}'` : GIVEN[how];
  return new Failure("denied", "kubeconfig-credentials", message, {
    facts: [...facts, ["credentials", given]],
    advice: ADVICE[how],
  });
}

const GIVEN: Readonly<Record<Exclude<CredentialKind, "plugin">, string>> = {
  token: "a bearer token",
  password: "a user name and password",
  certificate: "a client certificate",
  "id-token": "an OIDC id-token",
};

const RENEW = "Renew the credentials in the kubeconfig, or omit --kubeconfig and --context";

const ADVICE: Readonly<Record<CredentialKind, string>> = {
  token: `The token may have expired. ${RENEW}`,
  password: "Kubernetes has not accepted passwords since version 1.19. Use another kubeconfig user",
  certificate: `The certificate may have expired or belong to another cluster. ${RENEW}`,
  plugin:
    "The plugin may have used another AWS profile or role than you expect; an EKS access entry is needed for that one",
  "id-token": `Check that the cluster has this OIDC identity provider. ${RENEW}`,
};

/** No answer at all: name resolution, connection, proxy, TLS or time. */
export function unreachable({ server, proxy }: Pick<ApiServer, "server" | "proxy">, error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error);
  const facts: readonly Fact[] = [["server", withoutPassword(server)]];
  if (error instanceof TooLargeAnswer)
    return new Failure("failed", "unexpected-answer", `the cluster's API server: ${reason}`, { facts });
  if (error instanceof ProxyError) return proxyFailure(error, proxy?.from ?? "the environment", facts);
  const code = (error as { code?: unknown } | undefined)?.code;
  const tls = typeof code === "string" && /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code);
  return tls
    ? new Failure("failed", "tls", `the cluster's certificate can't be verified (${code})`, {
        facts,
        advice: "Behind a proxy that intercepts TLS, set AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS to its CA",
        cause: error,
      })
    : new Failure("failed", "unreachable", `the cluster's API server can't be reached: ${reason}`, {
        facts,
        cause: error,
      });
}

function statusMessage(body: unknown): string {
  const message = (body as { message?: unknown } | null)?.message;
  if (typeof message === "string") return serverExcerpt(message);
  return typeof body === "string" ? excerpt(body) : "no message";
}

/** Source: Kubernetes, NamespaceLifecycle admission (cause `NamespaceTerminating`). */
function isTerminating(body: unknown): boolean {
  const causes = (body as { details?: { causes?: unknown } | null } | null)?.details?.causes;
  return (
    Array.isArray(causes) &&
    causes.some((cause) => (cause as { reason?: unknown } | null)?.reason === "NamespaceTerminating")
  );
}

function terminating(what: string, facts: readonly (readonly [string, string])[]): Failure {
  return new Failure("refused", "namespace-terminating", `${what}: its namespace is being deleted`, {
    facts,
    advice:
      "Wait until the namespace is deleted (kubectl get namespaces), then run the same command again: it creates the namespace",
  });
}

function isConflict(body: unknown): boolean {
  return (body as { reason?: unknown } | null)?.reason === "Conflict";
}
