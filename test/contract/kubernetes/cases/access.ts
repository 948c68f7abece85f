import { expect } from "vitest";
import { serviceAccount, core, failure, given, type Case, type Step } from "../case.ts";

const RBAC = "kubernetes.io/docs/reference/access-authn-authz/rbac";
const REVIEWS = "kubernetes.io/docs/reference/access-authn-authz/authorization";
const TOKENS = "kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin";
const SERVICE_ACCOUNTS = core("serviceaccounts");
const APP = "system:serviceaccount:{ns}:app";
const ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}";

/** A Role named `r`, bound to the ServiceAccount `app`. */
function granted(rule: object): readonly Step[] {
  return [
    given(SERVICE_ACCOUNTS, serviceAccount("app")),
    given(`${ROLES}/roles`, { metadata: { name: "r" }, rules: [rule] }),
    given(`${ROLES}/rolebindings`, {
      metadata: { name: "r" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
      subjects: [{ kind: "ServiceAccount", name: "app", namespace: "{ns}" }],
    }),
  ];
}

/** Who is allowed, and to what. */
export const ACCESS_CASES: readonly Case[] = [
  {
    name: "a token that nobody knows is unauthorized",
    source: "kubernetes.io/docs/reference/access-authn-authz/authentication",
    steps: [
      {
        call: `GET ${SERVICE_ACCOUNTS}`,
        token: "nonsense",
        status: 401,
        answer: failure("Unauthorized", "Unauthorized", { code: 401 }),
      },
    ],
  },
  {
    name: "without credentials one is anonymous, and may ask for the version",
    source: "kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests",
    steps: [
      {
        call: `GET ${SERVICE_ACCOUNTS}`,
        token: "",
        status: 403,
        answer: failure(
          "Forbidden",
          'serviceaccounts is forbidden: User "system:anonymous" cannot list resource "serviceaccounts" in API group "" in the namespace "{ns}"',
        ),
      },
      {
        call: "GET /version",
        token: "",
        status: 200,
        answer: { major: "1", gitVersion: expect.stringMatching(/^v1\./) },
      },
      { call: "GET /readyz", token: "", status: 200, answer: "ok" },
    ],
  },
  {
    name: "what no role grants is forbidden, and says so",
    source: RBAC,
    steps: [
      given(SERVICE_ACCOUNTS, serviceAccount("app")),
      {
        call: `GET ${SERVICE_ACCOUNTS}/app`,
        as: APP,
        status: 403,
        answer: failure(
          "Forbidden",
          `serviceaccounts "app" is forbidden: User "${APP}" cannot get resource "serviceaccounts" in API group "" in the namespace "{ns}"`,
          { code: 403, details: { name: "app", kind: "serviceaccounts" } },
        ),
      },
      {
        call: `POST ${SERVICE_ACCOUNTS}/app/token`,
        content: {},
        as: APP,
        status: 403,
        answer: failure(
          "Forbidden",
          expect.stringContaining('cannot create resource "serviceaccounts/token" in API group ""'),
        ),
      },
      {
        call: "GET /api/v1/namespaces",
        as: APP,
        status: 403,
        answer: failure(
          "Forbidden",
          `namespaces is forbidden: User "${APP}" cannot list resource "namespaces" in API group "" at the cluster scope`,
        ),
      },
      {
        call: "GET /api/v1/namespaces/{ns}",
        as: APP,
        status: 403,
        answer: failure(
          "Forbidden",
          expect.stringContaining('cannot get resource "namespaces" in API group "" in the namespace "{ns}"'),
        ),
      },
      {
        call: "PATCH /apis/apps/v1/namespaces/{ns}/deployments/d",
        content: {},
        type: "application/merge-patch+json",
        as: APP,
        status: 403,
        answer: failure(
          "Forbidden",
          expect.stringContaining('cannot patch resource "deployments" in API group "apps"'),
        ),
      },
      {
        call: "GET /nowhere",
        as: APP,
        status: 403,
        answer: failure("Forbidden", `forbidden: User "${APP}" cannot get path "/nowhere"`),
      },
    ],
  },
  {
    name: "a role grants its verbs on its resources in its namespace",
    source: RBAC,
    steps: [
      ...granted({ apiGroups: [""], resources: ["serviceaccounts"], verbs: ["get"], resourceNames: ["app"] }),
      { call: `GET ${SERVICE_ACCOUNTS}/app`, as: APP, status: 200, eventually: true },
      { call: `GET ${SERVICE_ACCOUNTS}/default`, as: APP, status: 403 },
      { call: `GET ${SERVICE_ACCOUNTS}`, as: APP, status: 403 },
      { call: "GET /api/v1/namespaces/default/serviceaccounts/app", as: APP, status: 403 },
    ],
  },
  {
    name: "a resource's role does not reach its subresources",
    source: RBAC,
    steps: [
      ...granted({ apiGroups: [""], resources: ["serviceaccounts"], verbs: ["*"] }),
      { call: `GET ${SERVICE_ACCOUNTS}`, as: APP, status: 200, eventually: true },
      { call: `POST ${SERVICE_ACCOUNTS}/app/token`, content: {}, as: APP, status: 403 },
    ],
  },
  {
    name: "nobody can grant permissions that they don't have",
    source: `${RBAC}, Restrictions on role creation or update`,
    steps: [
      ...granted({
        apiGroups: ["rbac.authorization.k8s.io"],
        resources: ["roles"],
        verbs: ["create", "list"],
      }),
      { call: `GET ${ROLES}/roles`, as: APP, status: 200, eventually: true },
      {
        call: `POST ${ROLES}/roles`,
        content: {
          metadata: { name: "more" },
          rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
        },
        as: APP,
        status: 403,
        answer: failure(
          "Forbidden",
          expect.stringContaining("is attempting to grant RBAC permissions not currently held"),
        ),
        diverges: {
          sandbox: {
            status: 201,
            because: "the sandbox allows anyone who can write roles to write any role",
          },
        },
      },
    ],
  },
  {
    name: "what a binding is for can't be changed",
    source: RBAC,
    steps: [
      ...granted({ apiGroups: [""], resources: ["pods"], verbs: ["get"] }),
      {
        call: `PATCH ${ROLES}/rolebindings/r`,
        content: { roleRef: { name: "other" } },
        type: "application/merge-patch+json",
        status: 422,
        answer: failure(
          "Invalid",
          'RoleBinding.rbac.authorization.k8s.io "r" is invalid: roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}: field is immutable',
        ),
      },
    ],
  },
  {
    name: "one can ask what one may do",
    source: REVIEWS,
    steps: [
      ...granted({ apiGroups: [""], resources: ["pods"], verbs: ["list"] }),
      {
        call: "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        content: { spec: { resourceAttributes: { verb: "list", resource: "pods", namespace: "{ns}" } } },
        as: APP,
        status: 201,
        eventually: true,
        answer: {
          kind: "SelfSubjectAccessReview",
          status: {
            allowed: true,
            reason: expect.stringContaining('RBAC: allowed by RoleBinding "r/{ns}" of Role "r"'),
          },
        },
      },
      {
        call: "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        content: { spec: { resourceAttributes: { verb: "create", resource: "pods", namespace: "{ns}" } } },
        as: APP,
        status: 201,
        answer: { status: { allowed: false } },
      },
      {
        call: "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        content: { spec: { namespace: "{ns}" } },
        as: APP,
        status: 201,
        answer: {
          status: {
            resourceRules: expect.arrayContaining([
              expect.objectContaining({ verbs: ["list"], apiGroups: [""], resources: ["pods"] }),
            ]),
          },
        },
      },
      {
        call: "POST /apis/authentication.k8s.io/v1/selfsubjectreviews",
        content: {},
        as: APP,
        status: 201,
        answer: {
          status: {
            userInfo: {
              username: APP,
              groups: expect.arrayContaining(["system:serviceaccounts:{ns}", "system:authenticated"]),
            },
          },
        },
      },
    ],
  },
  {
    name: "a ServiceAccount's token names it, and is for whom it was asked",
    source: TOKENS,
    steps: [
      given(SERVICE_ACCOUNTS, serviceAccount("app")),
      {
        call: `POST ${SERVICE_ACCOUNTS}/app/token`,
        content: { spec: { audiences: ["sts.amazonaws.com"], expirationSeconds: 600 } },
        status: 201,
        answer: {
          kind: "TokenRequest",
          apiVersion: "authentication.k8s.io/v1",
          spec: { audiences: ["sts.amazonaws.com"], expirationSeconds: 600 },
          status: {
            token: expect.toSatisfy((token: string) => {
              const [header = "", payload = ""] = token
                .split(".")
                .map((part) => Buffer.from(part, "base64url").toString());
              const claims = JSON.parse(payload) as Record<string, unknown>;
              const { aud, exp, iat, sub } = claims;
              const { namespace, serviceaccount } = claims["kubernetes.io"] as {
                readonly namespace: string;
                readonly serviceaccount: { readonly name: string; readonly uid: string };
              };
              return (
                (JSON.parse(header) as { alg: string }).alg === "RS256" &&
                JSON.stringify(aud) === '["sts.amazonaws.com"]' &&
                Number(exp) - Number(iat) === 600 &&
                namespace.startsWith("contract-") &&
                serviceaccount.name === "app" &&
                serviceaccount.uid.length === 36 &&
                /^system:serviceaccount:contract-.*:app$/.test(String(sub))
              );
            }),
            expirationTimestamp: expect.any(String),
          },
        },
      },
    ],
  },
  {
    name: "a token for the API itself is accepted until its ServiceAccount is deleted",
    source: TOKENS,
    steps: [
      ...granted({ apiGroups: [""], resources: ["serviceaccounts"], verbs: ["list"] }),
      {
        call: `POST ${SERVICE_ACCOUNTS}/app/token`,
        content: {},
        status: 201,
        keep: { token: "status.token" },
      },
      { call: `GET ${SERVICE_ACCOUNTS}`, token: "{token}", status: 200, eventually: true },
      { call: `GET ${core("pods")}`, token: "{token}", status: 403 },
      {
        call: "GET /.well-known/openid-configuration",
        token: "{token}",
        status: 200,
        answer: { issuer: "{issuer}", id_token_signing_alg_values_supported: ["RS256"] },
      },
      {
        call: "GET /openid/v1/jwks",
        token: "{token}",
        status: 200,
        answer: { keys: [{ kty: "RSA", alg: "RS256" }] },
      },
      { call: `DELETE ${SERVICE_ACCOUNTS}/app`, status: 200 },
      { call: `GET ${SERVICE_ACCOUNTS}`, token: "{token}", status: 401, eventually: true },
    ],
  },
  {
    name: "a token for another audience is not accepted",
    source: TOKENS,
    steps: [
      given(SERVICE_ACCOUNTS, serviceAccount("app")),
      {
        call: `POST ${SERVICE_ACCOUNTS}/app/token`,
        content: { spec: { audiences: ["sts.amazonaws.com"] } },
        status: 201,
        keep: { token: "status.token" },
      },
      { call: `GET ${SERVICE_ACCOUNTS}`, token: "{token}", status: 401 },
      {
        call: "POST /apis/authentication.k8s.io/v1/tokenreviews",
        content: { spec: { token: "{token}", audiences: ["sts.amazonaws.com"] } },
        status: 201,
        answer: {
          status: { authenticated: true, user: { username: APP }, audiences: ["sts.amazonaws.com"] },
        },
      },
      {
        call: "POST /apis/authentication.k8s.io/v1/tokenreviews",
        content: { spec: { token: "{token}" } },
        status: 201,
        answer: { status: expect.not.objectContaining({ authenticated: true }) },
      },
    ],
  },
  {
    name: "discovery of the issuer is for ServiceAccounts, not for everyone",
    source:
      "kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery",
    steps: [
      { call: "GET /.well-known/openid-configuration", as: "someone", status: 403 },
      { call: "GET /.well-known/openid-configuration", token: "", status: 403 },
      { call: "GET /.well-known/openid-configuration", as: APP, status: 200 },
    ],
  },
  {
    name: "a token lasts ten minutes at least, and needs its ServiceAccount",
    source: "kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1",
    steps: [
      {
        call: `POST ${SERVICE_ACCOUNTS}/default/token`,
        content: { spec: { expirationSeconds: 599 } },
        status: 422,
        answer: failure(
          "Invalid",
          'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
        ),
      },
      {
        call: `POST ${SERVICE_ACCOUNTS}/nope/token`,
        content: {},
        status: 404,
        answer: failure("NotFound", 'serviceaccounts "nope" not found'),
      },
      {
        call: `POST ${SERVICE_ACCOUNTS}/default/token`,
        content: { spec: { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "nope" } } },
        status: 404,
        answer: failure("NotFound", 'pods "nope" not found'),
      },
    ],
  },
];
