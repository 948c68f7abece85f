import type { Resource } from "../model/resources.ts";

/** A form that names or values must have, and how the API server says that one has not. */
interface Form {
  readonly pattern: RegExp;
  readonly limit: number;
  readonly unit: "characters" | "bytes";
  readonly complaint: string;
}

const LABEL: Form = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  limit: 63,
  unit: "characters",
  complaint:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};
const SUBDOMAIN: Form = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  limit: 253,
  unit: "characters",
  complaint:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};
const QUALIFIED: Form = {
  pattern: /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/,
  limit: 63,
  unit: "bytes",
  complaint:
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
};
const LABEL_VALUE: Form = {
  pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
  limit: 63,
  unit: "bytes",
  complaint:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
};

/** What is wrong with an object's name; nothing when it is right. */
export function nameComplaints({ naming }: Pick<Resource, "naming">, name: string): readonly string[] {
  switch (naming) {
    case "label":
      return labelComplaints(name);
    case "subdomain":
      return complaints(SUBDOMAIN, name);
    case "path":
      return pathComplaints(name);
  }
}

/** What is wrong with a DNS label, such as a container's name. */
export function labelComplaints(name: string): readonly string[] {
  const isDotted = !LABEL.pattern.test(name) && SUBDOMAIN.pattern.test(name);
  return isDotted ? ["must not contain dots"] : complaints(LABEL, name);
}

/** What is wrong with a label's or an annotation's key: an optional DNS prefix, and a name. */
export function keyComplaints(key: string): readonly string[] {
  const parts = key.split("/");
  const [name = "", prefix] = parts.toReversed();
  if (parts.length > 2)
    return [
      `${QUALIFIED.complaint.replace("name part", "a valid label key")} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  if (prefix === "") return ["prefix part must be non-empty"];
  const ofPrefix =
    prefix === undefined ? [] : complaints(SUBDOMAIN, prefix).map((text) => `prefix part ${text}`);
  return [
    ...ofPrefix,
    ...(name === "" ? ["name part must be non-empty"] : []),
    ...complaints(QUALIFIED, name),
  ];
}

/** What is wrong with a label's value. */
export function labelValueComplaints(value: string): readonly string[] {
  return complaints(LABEL_VALUE, value);
}

function complaints({ pattern, limit, unit, complaint }: Form, value: string): readonly string[] {
  return [
    ...(value.length > limit ? [`must be no more than ${limit} ${unit}`] : []),
    ...(pattern.test(value) ? [] : [complaint]),
  ];
}

function pathComplaints(name: string): readonly string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"]
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`);
}
