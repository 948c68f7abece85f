import { Problems } from "../../model/problems.ts";
import {
  parseNamespaceName,
  type NamespaceName,
  type ServiceAccountName,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import type { Subject } from "../../verification/chain.ts";
import { parseSubject } from "../../verification/subject.ts";

/** What is asked about: these, or all of a namespace, or of the cluster. */
export type Ask =
  | { readonly subjects: readonly Subject[] }
  | { readonly namespace: NamespaceName | undefined };

/**
 * Judges what was typed, all at once.
 * @throws Failure of kind `input`
 */
export function parseAsk(
  texts: readonly string[],
  { namespace, all }: { readonly namespace?: string; readonly all?: boolean },
): Ask {
  const problems = new Problems();
  const subjects = problems.all("subject", texts, parseSubject);
  const within = problems.maybe("--namespace", namespace, parseNamespaceName);
  const ways = [texts.length > 0, all === true, namespace !== undefined].filter(Boolean).length;
  if (ways === 0)
    problems.note(
      "subject",
      "",
      "is missing: pass NAMESPACE/NAME, KIND/NAMESPACE/NAME, --namespace or --all",
    );
  if (ways > 1) {
    const [what, text] = texts.length > 0 ? ["subject", texts.join(" ")] : ["--all", ""];
    problems.note(what, text, "can't be combined: pass a subject, --namespace or --all");
  }
  problems.throwIfAny();
  return texts.length > 0 ? { subjects } : { namespace: within };
}

/** The ServiceAccount whose token may prove a kubeconfig to be the cluster's. */
export function provingServiceAccount(ask: Ask): ServiceAccountRef {
  const [first] = "subjects" in ask ? ask.subjects : [];
  const namespace = "subjects" in ask ? first?.namespace : ask.namespace;
  const name = (first?.kind === "serviceaccount" ? first.name : "default") as ServiceAccountName;
  return { namespace: namespace ?? ("default" as NamespaceName), name };
}
