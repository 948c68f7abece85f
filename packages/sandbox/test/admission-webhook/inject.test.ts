import { describe, expect, it } from "vitest";
import {
  EKS_WEBHOOK_CONFIG,
  type PodServiceAccount,
  type WebhookConfig,
} from "../../src/admission-webhook/credential-source.ts";
import { injectionPatch } from "../../src/admission-webhook/inject.ts";
import type { Container, Pod, StringMap } from "../../src/admission-webhook/pod.ts";

const ROLE = "arn:aws:iam::111122223333:role/reader";
const TOKEN_FILE = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
/** Without chance. */
const CONFIG: WebhookConfig = { ...EKS_WEBHOOK_CONFIG, region: "eu-central-1", tokenJitterSeconds: 0 };

const REGIONAL = [{ name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" }];
const REGION = ["AWS_DEFAULT_REGION", "AWS_REGION"].map((name) => ({ name, value: "eu-central-1" }));
const WEB_IDENTITY = [
  { name: "AWS_ROLE_ARN", value: ROLE },
  { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: TOKEN_FILE },
];
const MOUNT = {
  name: "aws-iam-token",
  readOnly: true,
  mountPath: "/var/run/secrets/eks.amazonaws.com/serviceaccount",
};

describe("what a container gets", () => {
  it("is role, token file, region, regional STS and a read-only mount", () => {
    const { containers } = inject(pod(), serviceAccount());
    expect(containers).toEqual([
      { name: "main", env: [...REGIONAL, ...REGION, ...WEB_IDENTITY], volumeMounts: [MOUNT] },
    ]);
  });

  it("comes after what the container has, which is kept", () => {
    const own = { name: "LOG", value: "debug" };
    const data = { name: "data", mountPath: "/data" };
    const [container] = inject(pod({ env: [own], volumeMounts: [data] }), serviceAccount()).containers;
    expect(container?.env?.[0]).toEqual(own);
    expect(container?.volumeMounts).toEqual([data, MOUNT]);
  });

  it("is given to every init container too", () => {
    const spec = { initContainers: [{ name: "first" }, { name: "second" }] };
    const { initContainers } = inject(pod({}, spec), serviceAccount());
    expect(initContainers?.map(({ env }) => names(env))).toEqual(Array(2).fill(names(allVariables())));
  });

  it.each([
    ["AWS_ROLE_ARN keeps out the token file too", ["AWS_ROLE_ARN"], [...REGIONAL, ...REGION], true],
    [
      "the token file keeps out AWS_ROLE_ARN too",
      ["AWS_WEB_IDENTITY_TOKEN_FILE"],
      [...REGIONAL, ...REGION],
      true,
    ],
    ["AWS_REGION keeps out the default region", ["AWS_REGION"], [...REGIONAL, ...WEB_IDENTITY], true],
    ["AWS_DEFAULT_REGION keeps out the region", ["AWS_DEFAULT_REGION"], [...REGIONAL, ...WEB_IDENTITY], true],
    [
      "AWS_STS_REGIONAL_ENDPOINTS is kept",
      ["AWS_STS_REGIONAL_ENDPOINTS"],
      [...REGION, ...WEB_IDENTITY],
      true,
    ],
    [
      "one of each group: no mount either",
      ["AWS_ROLE_ARN", "AWS_REGION", "AWS_STS_REGIONAL_ENDPOINTS"],
      [],
      false,
    ],
    ["another variable changes nothing", ["AWS_PROFILE"], allVariables(), true],
  ])("preset: %s", (_name, preset, added, mounted) => {
    const env = preset.map((name) => ({ name, value: "preset" }));
    const injected = inject(pod({ env }), serviceAccount());
    expect(injected.containers[0]?.env).toEqual([...env, ...added]);
    expect(injected.containers[0]?.volumeMounts ?? []).toEqual(mounted ? [MOUNT] : []);
    expect(injected.volumes).toHaveLength(1);
  });

  it("does not look at envFrom", () => {
    const envFrom = { envFrom: [{ secretRef: { name: "keys" } }] };
    expect(names(inject(pod(envFrom), serviceAccount()).containers[0]?.env)).toEqual(names(allVariables()));
  });

  it("is the same when the API server calls a second time", () => {
    const once = injected(pod({}, { initContainers: [{ name: "init" }] }), serviceAccount());
    expect(injected(once, serviceAccount())).toEqual(once);
  });
});

describe("what the ServiceAccount's annotations say", () => {
  it.each([
    ["no annotation", {}],
    ["an empty role", { "role-arn": "" }],
    ["a role under a wrong key", { "iam-role": ROLE }],
  ])("%s: nothing is injected", (_name, annotations) => {
    expect(injectionPatch(pod(), serviceAccount(annotations), CONFIG)).toEqual([]);
  });

  it("nothing is injected while the ServiceAccount is not known", () => {
    expect(injectionPatch(pod(), { annotations: undefined, podIdentity: false }, CONFIG)).toEqual([]);
  });

  it("a malformed role is injected as it is", () => {
    const { containers } = inject(pod(), serviceAccount({ "role-arn": "role/reader " }));
    expect(containers[0]?.env).toContainEqual({ name: "AWS_ROLE_ARN", value: "role/reader " });
  });

  it.each([
    ["absent", undefined, "sts.amazonaws.com"],
    ["another", "vault", "vault"],
    ["empty, for the API server's own", "", ""],
  ])("audience %s", (_name, audience, expected) => {
    expect(token(pod(), serviceAccount({ "role-arn": ROLE, ...optional({ audience }) }))).toMatchObject({
      audience: expected,
    });
  });

  it.each([
    ["1", true],
    ["t", true],
    ["True", true],
    ["0", false],
    ["F", false],
    ["FALSE", false],
    ["yes", true],
    ["", true],
    [" false", true],
    ["tRUE", true],
  ])("sts-regional-endpoints %j", (value, expected) => {
    const { containers } = inject(
      pod(),
      serviceAccount({ "role-arn": ROLE, "sts-regional-endpoints": value }),
    );
    expect(names(containers[0]?.env).includes("AWS_STS_REGIONAL_ENDPOINTS")).toBe(expected);
  });

  it("sts-regional-endpoints true injects it where the webhook was started without", () => {
    const selfHosted = { ...CONFIG, regionalSts: false };
    const annotated = serviceAccount({ "role-arn": ROLE, "sts-regional-endpoints": "true" });
    expect(names(inject(pod(), serviceAccount(), selfHosted).containers[0]?.env)).not.toContain(
      REGIONAL[0]?.name,
    );
    expect(names(inject(pod(), annotated, selfHosted).containers[0]?.env)).toContain(REGIONAL[0]?.name);
  });

  it.each([
    ["neither", undefined, undefined, 86_400],
    ["the ServiceAccount's", "3600", undefined, 3600],
    ["the pod's before the ServiceAccount's", "3600", "7200", 7200],
    ["raised to the least", "10", undefined, 600],
    ["the pod's raised to the least", "3600", "-5", 600],
    ["no upper bound", "1000000", undefined, 1_000_000],
    ["an invalid one of the pod is ignored", "3600", "1h", 3600],
    ["an invalid one of the ServiceAccount is ignored", "3600s", undefined, 86_400],
    ["spaces are invalid", " 3600", undefined, 86_400],
    ["a fraction is invalid", "3600.0", undefined, 86_400],
  ])("token-expiration: %s", (_name, ofServiceAccount, ofPod, expected) => {
    const annotated = serviceAccount({
      "role-arn": ROLE,
      ...optional({ "token-expiration": ofServiceAccount }),
    });
    const asked = pod({}, {}, optional({ "eks.amazonaws.com/token-expiration": ofPod }));
    expect(token(asked, annotated)).toMatchObject({ expirationSeconds: expected });
  });

  it("token-expiration: of Pod Identity's tokens alone, a day is drawn between 79,200 and 86,400 seconds", () => {
    const associated = (annotations: StringMap): PodServiceAccount => ({
      ...serviceAccount(annotations),
      podIdentity: true,
    });
    const secondsDrawn = (of: PodServiceAccount) => Array.from({ length: 200 }, () => secondsOf(of));
    for (const annotations of [{}, { "token-expiration": "86400" }]) {
      const drawn = secondsDrawn(associated(annotations));
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(79_200);
      expect(Math.max(...drawn)).toBeLessThanOrEqual(86_400);
      expect(new Set(drawn).size).toBeGreaterThan(1);
    }
    expect(new Set(secondsDrawn(associated({ "token-expiration": "3600" })))).toEqual(new Set([3600]));
    expect(new Set(secondsDrawn(serviceAccount()))).toEqual(new Set([86_400]));
  });

  it("without a default region no region variables are injected", () => {
    expect(names(inject(pod(), serviceAccount(), EKS_WEBHOOK_CONFIG).containers[0]?.env)).toEqual(
      names([...REGIONAL, ...WEB_IDENTITY]),
    );
  });
});

describe("skip-containers", () => {
  it.each([
    ["main", ["main"]],
    ["main,init", ["main", "init"]],
    ["main, init", ["main"]],
    ['"main",init', ["main", "init"]],
    ["MAIN", []],
    ["", []],
    ['ma"in,init', []],
    ['"main', []],
    ["main\ninit", ["main"]],
    ["\nmain", ["main"]],
  ])("%j", (value, skipped) => {
    const spec = { initContainers: [{ name: "init" }] };
    const given = inject(pod({}, spec, { "eks.amazonaws.com/skip-containers": value }), serviceAccount());
    const all = [...given.containers, ...(given.initContainers ?? [])];
    expect(all.filter(({ env }) => env === undefined).map(({ name }) => name)).toEqual(skipped);
  });
});

describe("the token volume", () => {
  const volume = {
    name: "aws-iam-token",
    projected: {
      sources: [
        { serviceAccountToken: { audience: "sts.amazonaws.com", expirationSeconds: 86_400, path: "token" } },
      ],
    },
  };

  it("is added to a pod without volumes", () => {
    expect(inject(pod(), serviceAccount()).volumes).toEqual([volume]);
  });

  it("goes first", () => {
    const data = { name: "data" };
    expect(inject(pod({}, { volumes: [data] }), serviceAccount()).volumes).toEqual([volume, data]);
  });

  it("that is there is kept, whatever it holds", () => {
    const volumes = [{ name: "aws-iam-token", emptyDir: {} }];
    expect(inject(pod({}, { volumes }), serviceAccount()).volumes).toEqual(volumes);
  });

  it("that is mounted elsewhere is not mounted again", () => {
    const volumeMounts = [{ name: "aws-iam-token", mountPath: "/elsewhere" }];
    expect(inject(pod({ volumeMounts }), serviceAccount()).containers[0]?.volumeMounts).toEqual(volumeMounts);
  });
});

describe("Windows", () => {
  it.each([
    ["kubernetes.io/os", "windows", true],
    ["beta.kubernetes.io/os", "windows", true],
    ["kubernetes.io/os", "linux", false],
  ])("nodeSelector %s=%s", (key, value, windows) => {
    const { containers } = inject(pod({}, { nodeSelector: { [key]: value } }), serviceAccount());
    expect(containers[0]?.env).toContainEqual({
      name: "AWS_WEB_IDENTITY_TOKEN_FILE",
      value: windows ? String.raw`C:\var\run\secrets\eks.amazonaws.com\serviceaccount\token` : TOKEN_FILE,
    });
    expect(containers[0]?.volumeMounts).toEqual([MOUNT]);
  });

  it("by affinity is not seen", () => {
    const term = { matchExpressions: [{ key: "kubernetes.io/os", operator: "In", values: ["windows"] }] };
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
    };
    expect(inject(pod({}, { affinity }), serviceAccount()).containers[0]?.env).toContainEqual({
      name: "AWS_WEB_IDENTITY_TOKEN_FILE",
      value: TOKEN_FILE,
    });
  });
});

describe("a Pod Identity association", () => {
  const associated: PodServiceAccount = { ...serviceAccount(), podIdentity: true };

  it("wins over the role annotation", () => {
    const { containers } = inject(pod(), associated);
    expect(names(containers[0]?.env)).toEqual([
      ...names([...REGIONAL, ...REGION]),
      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ]);
    expect(token(pod(), associated)).toMatchObject({ audience: "pods.eks.amazonaws.com" });
  });

  it("works for a ServiceAccount that is not known yet", () => {
    expect(inject(pod(), { annotations: undefined, podIdentity: true }).volumes).toHaveLength(1);
  });

  it("changes the pod, keeping its labels", () => {
    const labeled = { ...pod(), metadata: { labels: { app: "a" } } };
    expect(injected(labeled, associated).metadata?.labels).toEqual({
      app: "a",
      "eks.amazonaws.com/pod-identity": "enabled",
    });
    expect(injected(pod(), serviceAccount()).metadata?.labels).toBeUndefined();
  });
});

function allVariables() {
  return [...REGIONAL, ...REGION, ...WEB_IDENTITY];
}

function pod(container: object = {}, spec: object = {}, annotations?: StringMap): Pod {
  return {
    ...(annotations && { metadata: { annotations } }),
    spec: { serviceAccountName: "app", containers: [{ name: "main", ...container }], ...spec },
  };
}

/** Keys are written without `eks.amazonaws.com/`. */
function serviceAccount(annotations: StringMap = { "role-arn": ROLE }): PodServiceAccount {
  return { annotations: prefixed(annotations), podIdentity: false };
}

function prefixed(annotations: StringMap): StringMap {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`eks.amazonaws.com/${key}`, value]),
  );
}

function optional(entries: Readonly<Record<string, string | undefined>>): StringMap {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function inject(given: Pod, serviceAccount: PodServiceAccount, config = CONFIG): Pod["spec"] {
  return injected(given, serviceAccount, config).spec;
}

/** The pod after the patch, applied as RFC 6902 says for the paths that the webhook writes. */
function injected(given: Pod, serviceAccount: PodServiceAccount, config = CONFIG): Pod {
  const { metadata, spec } = structuredClone(given);
  const result: { metadata: Record<string, unknown>; spec: Record<string, unknown> } = {
    metadata: { ...metadata },
    spec: { ...spec },
  };
  for (const { path, value } of injectionPatch(given, serviceAccount, config)) {
    const [, part, field = "", index] = path.split("/");
    if (index === "0") result.spec[field] = [value, ...(result.spec[field] as unknown[])];
    else result[part === "metadata" ? "metadata" : "spec"][field] = value;
  }
  return result as unknown as Pod;
}

function token(given: Pod, serviceAccount: PodServiceAccount): unknown {
  const [volume] = inject(given, serviceAccount).volumes as readonly {
    projected?: { sources: readonly { serviceAccountToken: unknown }[] };
  }[];
  return volume?.projected?.sources[0]?.serviceAccountToken;
}

/** The expiration that EKS's webhook asks for, chance and all. */
function secondsOf(of: PodServiceAccount): number {
  const { volumes } = inject(pod(), of, EKS_WEBHOOK_CONFIG);
  const [volume] = volumes as readonly {
    projected?: { sources: readonly { serviceAccountToken: { expirationSeconds: number } }[] };
  }[];
  return volume?.projected?.sources[0]?.serviceAccountToken.expirationSeconds ?? 0;
}

function names(env: Container["env"]): readonly string[] {
  return (env ?? []).map(({ name }) => name);
}
