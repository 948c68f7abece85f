import { describe, expect, it } from "vitest";
import { EKS_WEBHOOK_CONFIG } from "../../src/admission-webhook/credential-source.ts";
import type { PodServiceAccount } from "../../src/admission-webhook/credential-source.ts";
import type { StringMap } from "../../src/admission-webhook/pod.ts";
import { injectionPatch } from "../../src/admission-webhook/inject.ts";
import {
  ROLE,
  CONFIG,
  REGIONAL,
  pod,
  serviceAccount,
  optional,
  inject,
  token,
  secondsOf,
  names,
  WEB_IDENTITY,
} from "./injection.ts";

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
