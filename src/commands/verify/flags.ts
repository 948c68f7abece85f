import { invalid, Problems, type Parsed } from "../../model/problems.ts";
import {
  parseNamespaceName,
  type NamespaceName,
  type ServiceAccountName,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import type { Subject } from "../../verification/chain.ts";
import { parseSubject } from "../../verification/subject.ts";
import { takeSelector, type ListFlags } from "../shared/list-options.ts";
import { secondProfile } from "../shared/session/second-account.ts";
import type { ClusterFlags, PlanFlags } from "../shared/session/options.ts";
import { checkTargetsFlags, coveringFlags, type TargetsFlags } from "../shared/targets/options.ts";
import { takeServiceAccount, type ServiceAccountFlags } from "../shared/service-account-argument.ts";

/** The flags of `verify` as commander gives them. */
export interface VerifyFlags
  extends
    ClusterFlags,
    TargetsFlags,
    Omit<PlanFlags, "output">,
    ServiceAccountFlags,
    ListFlags<"text" | "json"> {
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly all?: boolean;
  readonly strict?: boolean;
  readonly fix?: boolean;
  readonly roleProfile?: string;
  readonly targetProfile?: string;
}

/** What is asked about: these, or all of a namespace, or of the cluster. */
export type Ask =
  | { readonly subjects: readonly Subject[] }
  | { readonly namespace: NamespaceName | undefined; readonly selector?: SelectorText };

/**
 * Validates all flags and arguments together.
 * @throws Failure of kind `input`
 */
export function parseAsk(texts: readonly string[], flags: AskFlags): Ask {
  const problems = new Problems();
  const selector = takeSelector(flags, problems);
  secondProfile(flags, problems);
  const { fix, roleProfile, targetProfile } = flags;
  const alone = { fix, "role-profile": roleProfile, "target-profile": targetProfile };
  checkTargetsFlags(flags, problems, { text: "text", alone });
  const [subject = flags.name] = texts;
  const [covering] = coveringFlags(flags);
  if (covering !== undefined && subject !== undefined)
    problems.note("subject", subject, `can't be combined with ${covering}; use --all`);
  const isListed = flags.name === undefined && texts.length === 0;
  if (selector !== undefined && !isListed)
    problems.note("--selector", selector, "can't be combined with a subject or --name");
  const ask = flags.name === undefined ? askOf(texts, flags, problems) : askOfOne(texts, flags, problems);
  problems.throwIfAny();
  return "subjects" in ask || selector === undefined ? ask : { ...ask, selector };
}

type AskFlags = Pick<
  VerifyFlags,
  "namespace" | "name" | "all" | "allNamespaces" | "selector" | "roleProfile" | "targetProfile" | "fix"
> &
  Parameters<typeof checkTargetsFlags>[0];

function askOf(texts: readonly string[], flags: AskFlags, problems: Problems): Ask {
  const { namespace, selector } = flags;
  const all = isAll(flags);
  const within = problems.maybe("--namespace", namespace, parseNamespaceName);
  if (texts.length === 0 && !all && namespace === undefined && selector === undefined)
    problems.note(
      "subject",
      "",
      "is missing: pass NAMESPACE/NAME, KIND/NAMESPACE/NAME, --namespace or --all",
    );
  if (all && (texts.length > 0 || namespace !== undefined))
    problems.note("--all", "", "can't be combined with a subject or --namespace");
  if (texts.length === 0) return { namespace: within };
  return { subjects: problems.all("subject", texts, (text) => subjectWithin(within, text)) };
}

function isAll({ all, allNamespaces }: AskFlags): boolean {
  return all === true || allNamespaces === true;
}

/** A subject whose namespace may be told by `--namespace`, as for kubectl. */
function subjectWithin(namespace: NamespaceName | undefined, text: string): Parsed<Subject> {
  const whole = parseSubject(text);
  if (namespace === undefined) return whole;
  const parts = text.split("/");
  const inside = parseSubject([...parts.slice(0, -1), namespace, ...parts.slice(-1)].join("/"));
  if (parts.length <= 2 && !whole.ok) return inside.ok ? inside : whole;
  return whole.ok && whole.value.namespace !== namespace
    ? invalid(`is not in namespace '${namespace}', which --namespace selects`)
    : whole;
}

function askOfOne(texts: readonly string[], flags: AskFlags, problems: Problems): Ask {
  const [text, ...more] = texts;
  if (isAll(flags) || more.length > 0)
    problems.note("--name", flags.name ?? "", "can't be combined with --all or several subjects");
  const serviceAccount = takeServiceAccount(text, flags, problems);
  return { subjects: serviceAccount === undefined ? [] : [{ kind: "serviceaccount", ...serviceAccount }] };
}

/** The ServiceAccount whose token may prove a kubeconfig to be the cluster's. */
export function provingServiceAccount(ask: Ask): ServiceAccountRef {
  const [first] = "subjects" in ask ? ask.subjects : [];
  const namespace = "subjects" in ask ? first?.namespace : ask.namespace;
  const name = (first?.kind === "serviceaccount" ? first.name : "default") as ServiceAccountName;
  return { namespace: namespace ?? ("default" as NamespaceName), name };
}
