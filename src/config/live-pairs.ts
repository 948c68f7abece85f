import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import type { Unsaid } from "../model/live-file.ts";
import { isOwnershipKey, isOwnershipTag } from "../model/ownership-keys.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { parseTag } from "../oidc-association/input.ts";
import { parseLabel } from "../service-account/service-account/label.ts";
import { parseAnnotationKey } from "./service-account.ts";

/** Labels, annotations or tags. */
export type Pairs = Readonly<Record<string, string>>;

/** What a ServiceAccount's metadata says beside its name. */
export type Metadata = Pick<ServiceAccount, "labels" | "annotations">;

/** Pairs that a file takes, and those that it does not. */
interface SaidPairs {
  readonly said: Pairs;
  readonly unsaid: readonly Unsaid[];
}

/** The metadata of an entry. */
interface SaidMetadata extends ServiceAccountRef {
  readonly labels?: Pairs;
  readonly annotations?: Pairs;
}

/** The metadata of an entry, without what irsa and other tools know their own by. */
export function saidMetadata(
  { namespace, name }: ServiceAccountRef,
  serviceAccount: Metadata,
): { readonly metadata: SaidMetadata; readonly unsaid: readonly Unsaid[] } {
  const labels = said("label", without(serviceAccount.labels, isOwnershipKey), (key, value) =>
    refusal(parseLabel(`${key}=${value}`)),
  );
  const annotations = said(
    "annotation",
    without(
      serviceAccount.annotations,
      (key) => key === ROLE_ANNOTATION || key.startsWith("irsa/") || isOwnershipKey(key),
    ),
    (key) => refusal(parseAnnotationKey(key)),
  );
  const metadata = {
    name,
    namespace,
    ...(Object.keys(labels.said).length > 0 && { labels: labels.said }),
    ...(Object.keys(annotations.said).length > 0 && { annotations: annotations.said }),
  };
  return { metadata, unsaid: [...labels.unsaid, ...annotations.unsaid] };
}

/** The tags of an entry, likewise. */
export function saidTags(tags: Pairs): SaidPairs {
  const others = without(tags, (key) => key.startsWith("irsa/") || isOwnershipTag(key));
  return said("tag", others, (key, value) =>
    key.includes("=") ? "has '=' in its key" : refusal(parseTag(`${key}=${value}`)),
  );
}

function said(
  kind: string,
  pairs: Pairs,
  refuses: (key: string, value: string) => string | undefined,
): SaidPairs {
  const judged = Object.entries(pairs).map(([key, value]) => ({ key, value, why: refuses(key, value) }));
  return {
    said: Object.fromEntries(
      judged.flatMap(({ key, value, why }) => (why === undefined ? [[key, value]] : [])),
    ),
    unsaid: judged.flatMap(({ key, value, why }) =>
      why === undefined
        ? []
        : [{ what: `the ${kind} ${JSON.stringify(key)}: ${JSON.stringify(value)}, which ${why}` }],
    ),
  };
}

function refusal(parsed: { readonly ok: true } | { readonly ok: false; readonly problem: string }) {
  return parsed.ok ? undefined : parsed.problem;
}

function without(pairs: Pairs, drops: (key: string) => boolean): Pairs {
  return Object.fromEntries(Object.entries(pairs).filter(([key]) => !drops(key)));
}
