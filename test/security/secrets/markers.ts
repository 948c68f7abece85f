import { randomBytes } from "node:crypto";

/** A secret of the suite: its name says where it is put. */
export interface Marker {
  readonly where: string;
  readonly value: string;
}

/** Makes marked secrets, and remembers them. */
export class Markers {
  readonly all: Marker[] = [];

  /** A new secret, whose beginning is like no other text. */
  make(where: string, suffix = ""): string {
    const value = `${randomBytes(12).toString("hex")}MARK${randomBytes(12).toString("hex")}${suffix}`;
    return this.keep(where, value);
  }

  /** A secret that was made elsewhere. */
  keep(where: string, value: string): string {
    this.all.push({ where, value });
    return value;
  }

  /** Where the secrets come from that a text has in it, whole or in part, in whatever form they came out. */
  foundIn(text: string): string[] {
    return this.all
      .filter(({ value }) => formsOf(value).some((form) => hasPart(text, form)))
      .map(({ where }) => where);
  }
}

/** As much of a secret as must not come out. */
const PREFIX = 12;

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // Beside other bytes base64 has three forms; of these the middle is the same whatever is around.
  const shifted = [1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    ...shifted,
  ];
}

function hasPart(text: string, form: string): boolean {
  return text.includes(form.slice(0, PREFIX));
}
