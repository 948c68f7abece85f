import { invalid, valid, type Parsed } from "../model/problems.ts";
import { parseNamespaceName, parseServiceAccountName } from "../model/service-account-ref.ts";
import { kindWord, kindRow, WORKLOAD_KINDS } from "../model/workload-kinds.ts";
import type { Subject } from "./chain.ts";

/** Kinds that, as KIND/NAME, mean the kind rather than a namespace, as in other commands. */
const NO_NAMESPACES: ReadonlySet<unknown> = new Set(
  WORKLOAD_KINDS.filter((kind) => kindRow(kind).live === "editable"),
);

/** The words for the kinds, as short as kubectl has them. */
const WORDS = ["sa", "pod", ...WORKLOAD_KINDS.map((kind) => kindRow(kind).shortNames[0] ?? kind)];

/** The subject to verify: `NAMESPACE/NAME` of a ServiceAccount, or `KIND/NAMESPACE/NAME` of a pod or workload. */
export function parseSubject(text: string): Parsed<Subject> {
  const parts = text.split("/");
  if (parts.length === 2 && NO_NAMESPACES.has(subjectKind(parts[0] ?? ""))) {
    const [word = "", name = ""] = parts;
    return invalid(
      `has no namespace; use ${word}/NAMESPACE/${name} (for a ServiceAccount in namespace '${word}', use sa/${text})`,
    );
  }
  const [kindText, namespaceText, name] = parts.length === 2 ? ["sa", ...parts] : parts;
  const kind = subjectKind(kindText ?? "");
  if (parts.length > 3 || namespaceText === undefined || name === undefined)
    return invalid(
      "is not a valid subject; use NAMESPACE/NAME or KIND/NAMESPACE/NAME, for example deploy/my-namespace/my-app",
    );
  if (kind === undefined) {
    return invalid(
      `has the unknown kind '${kindText ?? ""}'; use ${WORDS.slice(0, -1).join(", ")} or ${WORDS.at(-1) ?? ""}`,
    );
  }
  const namespace = parseNamespaceName(namespaceText);
  if (!namespace.ok) return invalid(`has the namespace '${namespaceText}', which ${namespace.problem}`);
  // Pods and workloads have names of the same form.
  const parsed = parseServiceAccountName(name);
  if (!parsed.ok)
    return invalid(`has the name '${name}', which is not a valid name; use a-z, 0-9, '-' and '.'`);
  return valid({ kind, namespace: namespace.value, name });
}

/** The kind that a word stands for, as kubectl accepts it; only kinds that can be verified. */
function subjectKind(word: string): Subject["kind"] | undefined {
  if (/^(sa|serviceaccounts?)$/i.test(word)) return "serviceaccount";
  const kind = kindWord(word);
  return kind === "pod" ? kind : WORKLOAD_KINDS.find((one) => one === kind);
}

/** How a subject is written. */
export function subjectText({ kind, namespace, name }: Subject): string {
  return kind === "serviceaccount" ? `${namespace}/${name}` : `${kind}/${namespace}/${name}`;
}
