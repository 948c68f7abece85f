import { remarked, type CheckResult, type Remark } from "../check.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface Rule {
  readonly code: string;
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
    message: "AWS_PROFILE is set beside keys: irsa takes the profile, the aws CLI takes the keys",
    advice: "Unset the one that is not meant",
  },
  {
    code: "half-a-key",
    when: (is) => is("AWS_ACCESS_KEY_ID") !== is("AWS_SECRET_ACCESS_KEY"),
    names: [],
    message: "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set: neither is used",
    advice: "Set both, or neither",
  },
  {
    code: "session-token-alone",
    when: (is) => is("AWS_SESSION_TOKEN") && !is("AWS_ACCESS_KEY_ID"),
    names: [],
    message: "AWS_SESSION_TOKEN is set without keys: it is not used",
    advice: "Unset it, or set the keys that it came with",
  },
  {
    code: "two-regions",
    when: (is, { AWS_REGION, AWS_DEFAULT_REGION }) =>
      is("AWS_REGION") && is("AWS_DEFAULT_REGION") && AWS_REGION !== AWS_DEFAULT_REGION,
    names: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    message:
      "AWS_REGION and AWS_DEFAULT_REGION differ: irsa takes the first, the aws CLI of version 1 the second",
    advice: "Set them alike, or give --region",
  },
  {
    code: "endpoints-ignored",
    when: (is, value) =>
      value["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true" &&
      Object.keys(value).some((name) => name.startsWith("AWS_ENDPOINT_URL") && is(name)),
    names: ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_ENDPOINT_URL"],
    message:
      "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true: AWS's own endpoints are called, not those that are set",
    advice: "Unset it if the endpoints are meant",
  },
  {
    code: "unverified-tls",
    when: (_is, value) => value["NODE_TLS_REJECT_UNAUTHORIZED"] === "0",
    names: ["NODE_TLS_REJECT_UNAUTHORIZED"],
    message: "NODE_TLS_REJECT_UNAUTHORIZED is 0: irsa ignores it, and verifies TLS",
    advice: "Unset it, and name the CA of a proxy that opens TLS in AWS_CA_BUNDLE",
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
            message: `not called at AWS's own endpoints: ${others.map(([service]) => service).join(", ")}`,
            evidence: Object.fromEntries(others),
            fix: advice("Unset AWS_ENDPOINT_URL* (or endpoint_url in the profile) if AWS itself is meant"),
          },
        ];
  const all = [...remarks, ...elsewhere];
  return remarked(headline(all) ?? inEffect(environment, is), all);
}

/** Proxies and CAs beside a warning's mark would look like what is warned of. */
function headline([first, ...more]: readonly Remark[]): string | undefined {
  if (first === undefined) return undefined;
  return more.length === 0 ? first.message : `${first.message}; and ${more.length} more below`;
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
  return set.length === 0 ? "no proxy, no further CA" : set.join(", ");
}

function withoutSecret(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//…@");
}
