import { invalid, valid, type Parsed } from "../model/problems.ts";
import { parseNamespaceName, parseServiceAccountName } from "../model/service-account-ref.ts";
import type { Subject } from "./chain.ts";
import { SUBJECT_KINDS } from "./observe-subject.ts";

/** Words that are taken for a kind rather than for a namespace, as other commands take kind/name. */
const WORKLOADS = new Set(["deployment", "deploy", "daemonset", "ds", "statefulset", "sts", "cronjob"]);

/** What is asked about: `namespace/account`, or `kind/namespace/name` of a pod or workload. */
export function parseSubject(text: string): Parsed<Subject> {
  const parts = text.split("/");
  if (parts.length === 2 && WORKLOADS.has(parts[0] ?? "")) {
    const [word = "", name = ""] = parts;
    return invalid(
      `names no namespace: ${word}/NAMESPACE/${name} (the account of a namespace '${word}' is sa/${text})`,
    );
  }
  const [kindText, namespaceText, name] = parts.length === 2 ? ["sa", ...parts] : parts;
  const kind = SUBJECT_KINDS.get((kindText ?? "").toLowerCase());
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

/** How a subject is written. */
export function subjectText({ kind, namespace, name }: Subject): string {
  return kind === "serviceaccount" ? `${namespace}/${name}` : `${kind}/${namespace}/${name}`;
}
