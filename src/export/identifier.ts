import { base32Digest } from "../model/digest.ts";
import { policyName } from "../model/arn.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { Resource, RoleResource } from "./model.ts";

/**
 * What a resource is called within an exported text. It is derived from what the resource is, never from where it stands: a
 * ServiceAccount more or less changes no other identifier, and the digest keeps names apart that differ only in characters
 * that a language does not have.
 */
export interface Identifier {
  /** Lower-case letters and digits, for people. */
  readonly words: readonly string[];
  readonly digest: string;
}

/** The identifier of a resource. */
export function identifierOf(resource: Resource): Identifier {
  switch (resource.kind) {
    case "provider":
      return identifier("oidc provider", resource.arn, "oidc");
    case "role":
      return identifier("role", resource.name.toLowerCase(), resource.name);
    case "association":
    case "serviceAccount": {
      const path = serviceAccountPath(resource.serviceAccount);
      return identifier(resource.kind, path, path);
    }
    case "namespace":
      return identifier("namespace", resource.name, resource.name);
  }
}

/** The identifier of a managed policy's attachment to a role. */
export function attachmentIdentifier({ name }: RoleResource, policyArn: string): Identifier {
  return identifier("attachment", `${name.toLowerCase()} ${policyArn}`, `${name} ${policyName(policyArn)}`);
}

/** The identifier of a role's inline policy. */
export function inlineIdentifier({ name }: RoleResource, policy: string): Identifier {
  return identifier("inline policy", `${name.toLowerCase()} ${policy}`, `${name} ${policy}`);
}

/**
 * Identifiers that several have, by their kind in PascalCase: digests are short, and whoever chooses names can make two the same.
 * An engine would keep one of them, in place of the other.
 */
export function sharedIdentifiers(resources: readonly Resource[]): readonly string[] {
  const all = resources.flatMap((resource) => {
    const own = pascalCase(resource.kind, identifierOf(resource));
    if (resource.kind !== "role") return [own];
    return [
      own,
      ...resource.policies.map((arn) => pascalCase("attachment", attachmentIdentifier(resource, arn))),
      ...Object.keys(resource.inline).map((name) => pascalCase("inline", inlineIdentifier(resource, name))),
    ];
  });
  const seen = new Set<string>();
  return all.filter((one) => seen.size === seen.add(one).size);
}

/** The most characters of the words: some languages bound a name. */
const MOST = 48;

/** An identifier of the words in a text; the kind and the key make its digest. */
export function identifier(kind: string, key: string, text: string): Identifier {
  const words = text
    .toLowerCase()
    .slice(0, MOST)
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return { words, digest: base32Digest(`${kind} ${key}`, 8) };
}

/** As `payments_worker_3yzqklzr`; an identifier in HCL, TypeScript and shell, also where the words begin with a digit. */
export function snakeCase({ words, digest }: Identifier): string {
  return startingWithLetter([...words, digest]).join("_");
}

/** As `payments-worker-3yzqklzr`: the name of a Kubernetes object. */
export function kebabCase({ words, digest }: Identifier): string {
  return startingWithLetter([...words, digest]).join("-");
}

/** As `PaymentsWorker3yzqklzr`: letters and digits alone. */
export function pascalCase(prefix: string, { words, digest }: Identifier): string {
  return [prefix, ...words, digest].map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function startingWithLetter(words: readonly string[]): readonly string[] {
  return /^[a-z]/.test(words[0] ?? "") ? words : ["x", ...words];
}
