import { describe, expect, it } from "vitest";
import {
  handOut,
  keepPassing,
  keepSecret,
  keepSecretsOf,
  keepSessionSecret,
  sessionKeeper,
  withoutSecrets,
  withSessionSecrets,
} from "../../src/model/secrets.ts";

const SECRET = 'Zq7/xKp+T3vLm9Rw"Yb2';

describe("the secrets of sessions", () => {
  const [ONE, TWO, THREE] = ["one-AbCdEfGhIjKl", "two-AbCdEfGhIjKl", "three-AbCdEfGhIj"] as const;
  const shown = (): string => withoutSecrets(`${ONE} ${TWO} ${THREE}`);

  it("are forgotten where their session ends, and no others", async () => {
    await withSessionSecrets(async () => {
      keepSessionSecret(ONE, TWO);
      await withSessionSecrets(async () => {
        await Promise.resolve();
        keepSessionSecret(TWO);
        keepSecret(THREE);
      });
      expect(shown()).toBe("[secret] [secret] [secret]");
    });
    expect(shown()).toBe(`${ONE} ${TWO} [secret]`);
    handOut(THREE);
  });

  it("stay known where another session renews what was begun outside of it", async () => {
    const keep = sessionKeeper();
    await withSessionSecrets(async () => {
      keep(ONE);
      sessionKeeper()(TWO);
    });
    expect(shown()).toBe(`[secret] ${TWO} ${THREE}`);
    handOut(ONE);
  });

  it("are kept where it ends in an error, and those of no session always", async () => {
    const failing = withSessionSecrets(async () => {
      keepSessionSecret(ONE);
      throw new Error("late");
    });
    await expect(failing).rejects.toThrow("late");
    keepSessionSecret(TWO);
    expect(shown()).toBe(`[secret] [secret] ${THREE}`);
    handOut(ONE, TWO);
  });
});

describe("what was told to be a secret", () => {
  it.each([
    ["as it is", (secret: string) => secret],
    ["in JSON", (secret: string) => JSON.stringify({ secret })],
    [
      "in JSON within JSON",
      (secret: string) => JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
    ],
    ["in a URL", (secret: string) => `https://x/?a=${encodeURIComponent(secret)}&b=c`],
    ["in base64", (secret: string) => Buffer.from(secret).toString("base64")],
    ["in base64url", (secret: string) => Buffer.from(secret).toString("base64url")],
    ["cut", (secret: string) => `${secret.slice(0, 14)}…`],
    ["several times", (secret: string) => `${secret} ${secret}${secret}`],
  ])("does not come out %s", (_how, put) => {
    keepSecret(SECRET);
    const text = withoutSecrets(`before ${put(SECRET)} after`);
    expect(text).not.toContain(SECRET.slice(0, 12));
    expect(text).toMatch(/^before .*\[secret\].* after$/s);
  });

  it("leaves JSON to be parsed where a secret begins within an escape, whose rest seems to escape a quote", () => {
    const document = JSON.stringify({ 1: [String.raw`\\`, 1, true, null] }, null, 2);
    for (const cut of [16, 17, 18, 19, 20]) {
      const secret = document.slice(cut, cut + 30);
      keepSecret(secret);
      expect(() => JSON.parse(withoutSecrets(document)) as unknown, secret).not.toThrow();
      handOut(secret);
    }
  });

  it.each(["123456789012", "2026-11-28,[", "null", "12345678abcd", "00000000000000000000000000000000"])(
    "is hidden although it begins with %s, which JSON may have outside its strings",
    (beginning) => {
      const secret = `${beginning}MARKxyz0123`;
      keepSecret(secret);
      const answer = JSON.stringify({ count: 123_456_789_012, said: `sent ${secret}.`, all: null });
      expect(withoutSecrets(answer)).toBe(answer.replace(secret, "[secret]"));
      expect(withoutSecrets(secret.slice(0, beginning.length + 8))).toBe("[secret]");
      handOut(secret);
    },
  );

  it("is not a secret where this process has made it to be handed out", () => {
    keepSecret("made-to-be-handed-out");
    handOut("made-to-be-handed-out");
    expect(withoutSecrets("export KEY=made-to-be-handed-out")).toContain("made-to-be-handed-out");
  });

  it("may be a word: then it is too short to be distinguished from others", () => {
    keepSecret("production", "", " ".repeat(20), undefined);
    expect(withoutSecrets("cluster production")).toBe("cluster production");
  });

  it("is each line of a key, and not what all keys begin with", () => {
    const body = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg";
    keepSecret(`-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`);
    expect(withoutSecrets(`key ${body.slice(0, 20)}`)).toBe("key [secret]");
    const certificate = Buffer.from("-----BEGIN CERTIFICATE-----\nMIIB").toString("base64");
    expect(withoutSecrets(certificate)).toBe(certificate);
    expect(withoutSecrets("-----BEGIN CERTIFICATE-----")).toBe("-----BEGIN CERTIFICATE-----");
  });
});

describe("a variable", () => {
  it.each([
    "AWS_SECRET_ACCESS_KEY",
    "GITHUB_TOKEN",
    "db_password",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "id-token",
  ])("named %s is a secret", (name) => {
    const value = `value-of-${name}-0123456789`;
    keepSecretsOf({ [name]: value });
    expect(withoutSecrets(value)).toBe("[secret]");
  });

  it.each([
    ["AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"],
    ["AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/token"],
    ["GOOGLE_APPLICATION_CREDENTIALS", "/home/me/credentials.json"],
    ["AWS_PROFILE", "production-administrator"],
  ])("named %s is none", (name, value) => {
    keepSecretsOf({ [name]: value });
    expect(withoutSecrets(value)).toBe(value);
  });

  it("with a URL has its password kept, decoded too, and its host shown", () => {
    keepSecretsOf({ HTTPS_PROXY: "http://me:p%40ssw0rd-of-mine-1@proxy.example.com:3128" });
    expect(withoutSecrets("said p@ssw0rd-of-mine-1, p%40ssw0rd-of-mine-1")).toBe("said [secret], [secret]");
    expect(withoutSecrets("http://me:other@proxy.example.com:3128/")).toBe(
      "http://[secret]@proxy.example.com:3128/",
    );
  });
});

describe("what is a secret by its form", () => {
  it.each([
    "Bearer abc.DEF-123_456",
    "Basic dXNlcjpwYXNzd29yZA==",
    ["eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJ4In0xxx", "c2lnbmF0dXJl"].join("."),
    ["k8s-aws-v1", "aHR0cHM6Ly9zdHMuYW1hem9uYXdz"].join("."),
    "https://sts/?X-Amz-Signature=0123456789abcdef",
    "AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=0123456789abcdef0123456789abcdef",
    "<SecretAccessKey>wJalrXUtnFEMI</SecretAccessKey>",
    '{"SessionToken": "IQoJb3JpZ2luX2Vj"}',
    "//registry.npmjs.org/:_authToken=npm_0123456789",
    "redis://:hunter22@cache:6379",
  ])("%s is not shown, whoever it belongs to", (text) => {
    expect(withoutSecrets(text)).toContain("[secret]");
  });

  it.each([
    "arn:aws:iam::111122223333:role/x",
    "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
    "system:serviceaccount:shop:cart",
    "https://registry.npmjs.org/@aws-sdk/client-s3",
    "mail me@example.com at https://example.com/, or you@example.com",
  ])("%s is shown", (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });

  it("is looked for in a time that grows with the text alone", () => {
    for (const piece of [
      "eyJ",
      "https://",
      "http://a:",
      "Bearer ",
      "_authToken=",
      '"SessionToken"',
      "k8s-aws-v1.",
    ]) {
      const begun = process.cpuUsage();
      withoutSecrets(piece.repeat(200_000 / piece.length));
      const { user, system } = process.cpuUsage(begun);
      expect(user + system, piece).toBeLessThan(3_000_000);
    }
  });
});

describe("what passes, as a token for each exchange", () => {
  const token = (at: number): string => `${at}-Rw9mLv3TpKx7-${at}`;

  it("does not come out while it is new, and is forgotten once many others have come", () => {
    for (let at = 0; at < 10_000; at += 1) keepPassing(token(at), undefined);
    expect(withoutSecrets(token(9_999))).toBe("[secret]");
    expect(withoutSecrets(token(9_900))).toBe("[secret]");
    expect(withoutSecrets(token(1))).toBe(token(1));
  });

  it("is new again whenever it is used", () => {
    const used = token(123_456);
    for (let at = 0; at < 1_000; at += 1) keepPassing(used, token(at));
    expect(withoutSecrets(used)).toBe("[secret]");
  });

  it("is not forgotten where it is also what the process was started with", () => {
    const own = token(7_654_321);
    keepSecret(own);
    keepPassing(own);
    for (let at = 0; at < 1_000; at += 1) keepPassing(token(at));
    expect(withoutSecrets(own)).toBe("[secret]");
    handOut(own);
  });
});
