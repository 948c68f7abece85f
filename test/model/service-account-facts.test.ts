import { describe, expect, it } from "vitest";
import { API_SERVER_AUDIENCE, isApiAudience } from "../../src/model/api-audience.ts";
import { DEFAULT_AUDIENCE } from "../../src/model/issuer.ts";
import {
  annotatedArn,
  annotatedRole,
  annotatedRoleName,
  audienceOf,
  audienceToAccept,
  hasEmptyAudience,
  ignoredAnnotations,
} from "../../src/model/service-account-facts.ts";
import { aCluster } from "../fakes/values.ts";

const ROLE = "eks.amazonaws.com/role-arn";
const AUDIENCE = "eks.amazonaws.com/audience";
const EXPIRATION = "eks.amazonaws.com/token-expiration";
const REGIONAL = "eks.amazonaws.com/sts-regional-endpoints";
const CHINA = aCluster({ arn: "arn:aws-cn:eks:cn-north-1:111122223333:cluster/main" });

type Annotations = Readonly<Record<string, string>>;

const annotated = (annotations: Annotations) => ({ annotations });

describe("the role of a ServiceAccount", () => {
  it.each<readonly [string, Annotations | undefined, string, string | undefined, string | undefined]>([
    ["no ServiceAccount", undefined, "none", undefined, undefined],
    ["no annotation", {}, "none", undefined, undefined],
    ["an empty annotation", { [ROLE]: "" }, "none", undefined, undefined],
    ["a name", { [ROLE]: "cart" }, "malformed", undefined, undefined],
    ["a blank", { [ROLE]: " " }, "malformed", undefined, undefined],
    [
      "an ARN with a blank behind it",
      { [ROLE]: "arn:aws:iam::111122223333:role/cart " },
      "malformed",
      undefined,
      undefined,
    ],
    ["a user's ARN", { [ROLE]: "arn:aws:iam::111122223333:user/cart" }, "malformed", undefined, undefined],
    [
      "a role",
      { [ROLE]: "arn:aws:iam::111122223333:role/cart" },
      "arn",
      "arn:aws:iam::111122223333:role/cart",
      "cart",
    ],
    [
      "a role with a path",
      { [ROLE]: "arn:aws:iam::111122223333:role/a/b/cart" },
      "arn",
      "arn:aws:iam::111122223333:role/a/b/cart",
      "cart",
    ],
    [
      "a role of another AWS account",
      { [ROLE]: "arn:aws:iam::999988887777:role/cart" },
      "arn",
      "arn:aws:iam::999988887777:role/cart",
      undefined,
    ],
    [
      "an ARN under another key",
      { "eks.amazonaws.com/role": "arn:aws:iam::111122223333:role/cart" },
      "none",
      undefined,
      undefined,
    ],
  ])("%s", (_name, annotations, kind, arn, name) => {
    const serviceAccount = annotations && annotated(annotations);
    expect(annotatedRole(serviceAccount)).toMatchObject({ kind, text: annotations?.[ROLE] ?? "" });
    expect(annotatedArn(serviceAccount)).toBe(arn);
    expect(annotatedRoleName(serviceAccount, aCluster())).toBe(name);
  });

  it("belongs to an AWS account, whatever the partition", () => {
    const role = annotated({ [ROLE]: "arn:aws-cn:iam::111122223333:role/cart" });
    expect(annotatedRoleName(role, CHINA)).toBe("cart");
  });
});

describe("the audience of a ServiceAccount", () => {
  it.each([
    ["no ServiceAccount", undefined, DEFAULT_AUDIENCE, DEFAULT_AUDIENCE, false],
    ["no annotation", {}, DEFAULT_AUDIENCE, DEFAULT_AUDIENCE, false],
    ["an empty annotation", { [AUDIENCE]: "" }, API_SERVER_AUDIENCE, DEFAULT_AUDIENCE, true],
    [
      "the default by its name",
      { [AUDIENCE]: "sts.amazonaws.com" },
      DEFAULT_AUDIENCE,
      DEFAULT_AUDIENCE,
      false,
    ],
    ["another", { [AUDIENCE]: "vault" }, "vault", "vault", false],
    ["a blank", { [AUDIENCE]: " " }, " ", " ", false],
    [
      "the API server's by its name",
      { [AUDIENCE]: API_SERVER_AUDIENCE },
      API_SERVER_AUDIENCE,
      API_SERVER_AUDIENCE,
      false,
    ],
  ])("%s", (_name, annotations, audience, toAccept, empty) => {
    const serviceAccount = annotations && annotated(annotations);
    expect(audienceOf(serviceAccount)).toBe(audience);
    expect(audienceToAccept(serviceAccount)).toBe(toAccept);
    expect(hasEmptyAudience(serviceAccount)).toBe(empty);
  });

  it("is sts.amazonaws.com by default, and an API server's where that is asked for", () => {
    expect(audienceOf(undefined)).toBe("sts.amazonaws.com");
    expect(isApiAudience(audienceOf(annotated({ [AUDIENCE]: "" })))).toBe(true);
  });
});

describe("annotations that the webhook ignores", () => {
  it.each([
    [{}, []],
    [{ [EXPIRATION]: "3600", [REGIONAL]: "false" }, []],
    [{ [EXPIRATION]: "+600", [REGIONAL]: "T" }, []],
    [{ [EXPIRATION]: "1h" }, [EXPIRATION]],
    [{ [EXPIRATION]: "" }, [EXPIRATION]],
    [{ [REGIONAL]: "yes" }, [REGIONAL]],
    [{ [EXPIRATION]: "3600.5", [REGIONAL]: "tRUE" }, [REGIONAL, EXPIRATION]],
  ])("%j", (annotations, keys) => {
    const ignored = ignoredAnnotations(annotated(annotations));
    expect(ignored.map(({ key }) => key)).toEqual(keys);
    for (const { key, use } of ignored) expect(ignoredAnnotations(annotated({ [key]: use }))).toEqual([]);
  });
});
