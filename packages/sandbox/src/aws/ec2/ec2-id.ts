import { randomBytes } from "node:crypto";

/** An id of something in EC2, as `i-0123456789abcdef0`. */
export function ec2Id(prefix: string): string {
  return `${prefix}-0${randomBytes(8).toString("hex")}`;
}
