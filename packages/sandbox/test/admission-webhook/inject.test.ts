import type { PodServiceAccount } from "../../src/admission-webhook/credential-source.ts";
import { describe, expect, it } from "vitest";
import {
  TOKEN_FILE,
  MOUNT,
  allVariables,
  pod,
  serviceAccount,
  inject,
  injected,
  token,
  names,
  REGIONAL,
  REGION,
  WEB_IDENTITY,
} from "./injection.ts";

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
