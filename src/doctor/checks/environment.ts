import { remarked, type CheckResult, type Remark, type RemarkCode } from "../check.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface Rule {
  readonly code: RemarkCode;
  readonly when: (is: (name: string) => boolean, value: Environment) => boolean;
  readonly names: readonly string[];
  readonly message: string;
  readonly advice: string;
  readonly level?: Remark["level"];
}

/** Variables whose effect surprises. Source: AWS SDKs and Tools Reference Guide, "Environment variables list". */
const RULES: readonly Rule[] = [
  {
    code: "profile-over-keys",
    when: (is) => is("AWS_PROFILE") && is("AWS_ACCESS_KEY_ID"),
    names: ["AWS_PROFILE"],
    message: "AWS_PROFILE and access keys are both set: irsa uses the profile, the AWS CLI uses the keys",
    advice: "Unset the one that you don't want to use",
  },
  {
    code: "half-a-key",
    when: (is) => is("AWS_ACCESS_KEY_ID") !== is("AWS_SECRET_ACCESS_KEY"),
    names: [],
    message: "only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set: neither is used",
    advice: "Set both, or neither",
  },
  {
    code: "session-token-alone",
    when: (is) => is("AWS_SESSION_TOKEN") && !is("AWS_ACCESS_KEY_ID"),
    names: [],
    message: "AWS_SESSION_TOKEN is set without access keys: it is not used",
    advice: "Unset it, or set the access keys that belong to it",
  },
  {
    code: "two-regions",
    when: (is, { AWS_REGION, AWS_DEFAULT_REGION }) =>
      is("AWS_REGION") && is("AWS_DEFAULT_REGION") && AWS_REGION !== AWS_DEFAULT_REGION,
    names: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    message:
      "AWS_REGION and AWS_DEFAULT_REGION differ: irsa uses AWS_REGION, the AWS CLI v1 uses AWS_DEFAULT_REGION",
    advice: "Set both to the same region, or use --region",
  },
  {
    code: "endpoints-ignored",
    when: (is, value) =>
      value["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true" &&
      Object.keys(value).some((name) => name.startsWith("AWS_ENDPOINT_URL") && is(name)),
    names: ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_ENDPOINT_URL"],
    message:
      "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true: the default endpoints are used, not the configured ones",
    advice: "Unset it to use the configured endpoints",
  },
  {
    code: "unverified-tls",
    when: (_is, value) => value["NODE_TLS_REJECT_UNAUTHORIZED"] === "0",
    names: ["NODE_TLS_REJECT_UNAUTHORIZED"],
    message: "NODE_TLS_REJECT_UNAUTHORIZED is 0: irsa ignores it and verifies TLS certificates",
    advice: "Unset it. For a proxy that intercepts TLS, set AWS_CA_BUNDLE to its CA",
  },
];

/** What the environment says that one would not think of; where there is nothing of that, proxies and CAs in a line. */
export function checkEnvironment(
  environment: Environment,
  overrides: Readonly<Record<string, string>>,
): CheckResult {
  const is = (name: string): boolean => (environment[name] ?? "") !== "";
  const remarks = RULES.filter(({ when }) => when(is, environment)).map((rule) =>
    toRemark(rule, environment),
  );
  const others = Object.entries(overrides);
  const elsewhere: Remark[] =
    others.length === 0
      ? []
      : [
          {
            level: "warn",
            code: "endpoint-override",
            message: `custom endpoints are used for: ${others.map(([service]) => service).join(", ")}`,
            evidence: Object.fromEntries(others),
            fix: advice(
              "Unset AWS_ENDPOINT_URL* (or endpoint_url in the profile) to use the default endpoints",
            ),
          },
        ];
  const all = [...remarks, ...elsewhere];
  return remarked(headline(all) ?? inEffect(environment, is), all);
}

/** Shown only without a warning: proxies and CAs beside it would look like its subject. */
function headline([first, ...more]: readonly Remark[]): string | undefined {
  if (first === undefined) return undefined;
  return more.length === 0 ? first.message : `${first.message}; ${more.length} more below`;
}

function toRemark(
  { level = "warn", code, message, names, advice: text }: Rule,
  environment: Environment,
): Remark {
  const evidence = Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { level, code, message, evidence, fix: advice(text) };
}

function advice(text: string): Remark["fix"] {
  return { kind: "advice", text };
}

/** Each with the spelling that is looked at first. */
const TELLING = [
  ["https_proxy", "HTTPS_PROXY"],
  ["no_proxy", "NO_PROXY"],
  ["AWS_CA_BUNDLE"],
  ["NODE_EXTRA_CA_CERTS"],
];

/** Proxies and CAs; a proxy's URL may hold a password. */
function inEffect(environment: Environment, is: (name: string) => boolean): string {
  const set = TELLING.flatMap((names) => names.filter(is).slice(0, 1)).map(
    (name) => `${name}=${withoutSecret(environment[name] ?? "")}`,
  );
  return set.length === 0 ? "no proxy, no additional CA" : set.join(", ");
}

function withoutSecret(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//…@");
}
