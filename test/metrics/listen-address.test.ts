import { expect, test } from "vitest";
import { right } from "../fakes/values.ts";
import { isLoopback, parseListenAddress } from "../../src/metrics/listen-address.ts";

const VALID: Readonly<Record<string, readonly [host: string | undefined, port: number, loopback: boolean]>> =
  {
    "9099": ["127.0.0.1", 9099, true],
    "0": ["127.0.0.1", 0, true],
    "localhost:9099": ["127.0.0.1", 9099, true],
    "127.0.0.2:9099": ["127.0.0.2", 9099, true],
    "[::1]:9099": ["::1", 9099, true],
    ":9099": [undefined, 9099, false],
    "0.0.0.0:9099": ["0.0.0.0", 9099, false],
    "[::]:9099": ["::", 9099, false],
    "10.0.0.1:65535": ["10.0.0.1", 65_535, false],
  };

test.each(Object.entries(VALID))("%s", (text, [host, port, loopback]) => {
  const parsed = right(parseListenAddress(text));
  expect([parsed, isLoopback(parsed)]).toEqual([{ host, port }, loopback]);
});

const INVALID = [
  "",
  ":",
  "65536",
  "localhost",
  "example.com:9099",
  "::1:9099",
  "127.1:9099",
  "[127.0.0.1]:1",
];

test.each([...INVALID, "9099\n", " 9099", "-1", "1e3", "127.0.0.1:", "http://127.0.0.1:9099"])(
  "%j is not a valid address",
  (text) => {
    expect(parseListenAddress(text)).toMatchObject({ ok: false });
  },
);
