import { HttpRequest } from "@smithy/core/protocols";
import { describe, expect, it } from "vitest";
import type { WireRequest } from "../../src/aws/exchange.ts";
import { isSignedWith, signatureIn } from "../../src/aws/sigv4.ts";
import { KEY, signerOf, wire } from "./requests.ts";

/** A request signed by the SDK, as it comes in. */
async function signed(
  method: string,
  path: string,
  query: Record<string, string>,
  body: string,
): Promise<WireRequest> {
  const headers = { host: "127.0.0.1:4566", "content-type": "text/plain", "x-amz-note": " two   spaces " };
  const request = new HttpRequest({
    method,
    protocol: "http:",
    hostname: "127.0.0.1",
    path,
    query,
    body,
    headers,
  });
  const result = await signerOf(KEY, "eks").sign(request);
  const search = new URLSearchParams(query).toString();
  const lower = Object.entries(result.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return wire(
    method,
    search === "" ? path : `${path}?${search}`,
    body,
    Object.fromEntries(lower) as Record<string, string>,
  );
}

function isRight(request: WireRequest, secret = KEY.secretAccessKey): boolean {
  const signature = signatureIn(request);
  return signature !== undefined && isSignedWith(secret, request, signature);
}

describe("a signature made by the SDK", () => {
  it.each([
    ["POST", "/", {}, "Action=GetRole"],
    ["GET", "/clusters/a%20b/x", {}, ""],
    ["GET", "/tags/arn%3Aaws%3Aeks", { b: "2", a: "x y", c: "" }, ""],
    ["GET", "/clusters", { "a'(*)!": "é/+~" }, ""],
  ])("is right for %s %s %j", async (method, path, query, body) => {
    expect(isRight(await signed(method, path, query as Record<string, string>, body))).toBe(true);
  });

  it("is wrong for another secret", async () => {
    expect(isRight(await signed("POST", "/clusters", {}, "body"), "another")).toBe(false);
  });

  it.each([
    { body: "Body" },
    { target: "/cluster?a=1" },
    { target: "/clusters?a=2" },
    { target: "/clusters?a=1&b=2" },
    { method: "PUT" },
    { headers: { host: "example.org" } },
  ])("is wrong after a change: %j", async (change) => {
    const request = await signed("POST", "/clusters", { a: "1" }, "body");
    expect(isRight(request)).toBe(true);
    const headers = { ...request.headers, ...change.headers };
    expect(isRight({ ...request, ...change, headers })).toBe(false);
  });
});

describe("signatureIn", () => {
  it.each([
    ["no signature", wire("GET", "/")],
    ["another scheme", wire("GET", "/", "", { authorization: "Bearer x" })],
    ["half a presigned URL", wire("GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a")],
  ])("finds none in %s", (_what, request) => {
    expect(signatureIn(request)).toBeUndefined();
  });
});
