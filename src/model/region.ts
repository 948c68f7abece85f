import { invalid, valid, type Parsed } from "./problems.ts";

/** An AWS region, which is in the names of hosts. Source: RFC 1123, 2.1. */
export function parseRegion(text: string): Parsed<string> {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
    ? valid(text)
    : invalid("is not a valid AWS region; an example is eu-west-1");
}
