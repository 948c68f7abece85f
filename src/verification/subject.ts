import { WORKLOAD_KINDS } from "../model/kubernetes-objects.ts";
import { invalid, valid, type Parsed } from "../model/problems.ts";
import { parseNamespaceName, parseServiceAccountName } from "../model/service-account-ref.ts";
import { podMakerKind } from "../model/workload-name.ts";
import type { Subject } from "./chain.ts";

/** Kinds whose names are taken for them rather than for a namespace, as other commands take kind/name. */
const NO_NAMESPACES: ReadonlySet<unknown> = new Set(["deployment", "daemonset", "statefulset", "cronjob"]);

/** What is asked about: `namespace/account`, or `kind/namespace/name` of a pod or workload. */
export function parseSubject(text: string): Parsed<Subject> {
  const parts = text.split("/");
  if (parts.length === 2 && NO_NAMESPACES.has(subjectKind(parts[0] ?? ""))) {
    const [word = "", name = ""] = parts;
    return invalid(
      `names no namespace: ${word}/NAMESPACE/${name} (the ServiceAccount of a namespace '${word}' is sa/${text})`,
    );
  }
  const [kindText, namespaceText, name] = parts.length === 2 ? ["sa", ...parts] : parts;
  const kind = subjectKind(kindText ?? "");
  if (parts.length > 3 || namespaceText === undefined || name === undefined)
    return invalid("is no subject; one looks like my-namespace/my-account or deploy/my-namespace/my-app");
  if (kind === undefined) {
    return invalid(`names the kind '${kindText ?? ""}'; there are sa, pod, deploy, ds, sts, cronjob and job`);
  }
  const namespace = parseNamespaceName(namespaceText);
  if (!namespace.ok) return invalid(`has the namespace '${namespaceText}', which ${namespace.problem}`);
  // Pods and workloads have names of the same form.
  const parsed = parseServiceAccountName(name);
  if (!parsed.ok) return invalid(`has the name '${name}', which is none: a-z, 0-9, '-' and '.'`);
  return valid({ kind, namespace: namespace.value, name });
}

/** The kind behind a word for it, as kubectl takes it; of what makes pods, those that can be asked about. */
function subjectKind(word: string): Subject["kind"] | undefined {
  if (/^(sa|serviceaccounts?)$/i.test(word)) return "serviceaccount";
  const kind = podMakerKind(word)?.toLowerCase();
  return kind === "pod" ? kind : WORKLOAD_KINDS.find((one) => one === kind);
}

/** How a subject is written. */
export function subjectText({ kind, namespace, name }: Subject): string {
  return kind === "serviceaccount" ? `${namespace}/${name}` : `${kind}/${namespace}/${name}`;
}
