import { expect, it } from "vitest";
import { isOfEndpoint } from "../../src/model/api-endpoint.ts";
import { Failure } from "../../src/model/failure.ts";
import { aCluster } from "../fakes/values.ts";

const ENDPOINT = "https://5D1C.gr7.eu-west-1.eks.amazonaws.com";
const ELSEWHERE = "https://127.0.0.1:8443";

it.each<readonly [name: string, detail: ConstructorParameters<typeof Failure>[3], is: boolean]>([
  ["the endpoint in a fact of another name", { facts: [["context", ENDPOINT]] }, false],
  [
    "the endpoint before its server",
    {
      facts: [
        ["context", ENDPOINT],
        ["server", ELSEWHERE],
      ],
    },
    false,
  ],
  [
    "the endpoint as its server, after other facts",
    {
      facts: [
        ["context", ELSEWHERE],
        ["server", ENDPOINT],
      ],
    },
    true,
  ],
  ["no facts", {}, false],
])("a failure that names %s", (_name, detail, is) => {
  const failure = new Failure("failed", "unreachable", "no", detail);
  expect(isOfEndpoint(failure, { ...aCluster(), endpoint: ENDPOINT })).toBe(is);
});
