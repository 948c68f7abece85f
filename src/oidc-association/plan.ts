import type { Change } from "../model/change.ts";
import type { Provider, Tags } from "../model/iam-objects.ts";
import { DEFAULT_AUDIENCE, providerArn } from "../model/issuer.ts";
import { providerMarks } from "../model/marks.ts";
import { providerDigest } from "../model/observed-digest.ts";
import type { Note } from "../model/plan.ts";
import type { ObservedAssociation } from "./observe.ts";

/** What the provider is to be: it accepts these audiences and carries these tags. */
export interface DesiredAssociation {
  readonly audiences: readonly string[];
  readonly tags: Tags;
  /** SHA-1 fingerprints (40 hex digits) to pin; empty leaves the judgement to IAM, as AWS recommends. */
  readonly thumbprints: readonly string[];
}

/** The changes that make the provider so; what is there beyond the ask stays. */
export function planAssociation(
  asked: DesiredAssociation,
  observed: ObservedAssociation,
): { readonly changes: readonly Change[]; readonly notes: readonly Note[] } {
  const { cluster, provider } = observed;
  const desired = withoutDoubles(asked);
  if (provider !== undefined)
    return { changes: edits(desired, provider), notes: audienceNotes(desired, provider) };
  const create: Change = {
    kind: "create-provider",
    arn: providerArn(cluster, cluster.issuer),
    url: cluster.issuer,
    clientIds: desired.audiences,
    thumbprints: desired.thumbprints,
    tags: { ...desired.tags, ...providerMarks(cluster) },
  };
  return { changes: [create], notes: lookalikeNotes(observed) };
}

function withoutDoubles({ audiences, thumbprints, tags }: DesiredAssociation): DesiredAssociation {
  const fingerprints = thumbprints.map((one) => one.toLowerCase());
  return { audiences: [...new Set(audiences)], thumbprints: [...new Set(fingerprints)], tags };
}

function edits(desired: DesiredAssociation, provider: Provider): Change[] {
  const addClientIds = desired.audiences.filter((audience) => !provider.clientIds.includes(audience));
  const setTags = Object.fromEntries(
    Object.entries(desired.tags).filter(([key, value]) => provider.tags[key] !== value),
  );
  const pinned = desired.thumbprints;
  const known = new Set(provider.thumbprints.map((one) => one.toLowerCase()));
  const repin = pinned.length > 0 && (pinned.length !== known.size || pinned.some((one) => !known.has(one)));
  if (addClientIds.length === 0 && Object.keys(setTags).length === 0 && !repin) return [];
  return [
    {
      kind: "edit-provider",
      arn: provider.arn,
      addClientIds,
      setTags,
      ...(repin && { thumbprints: pinned }),
      observed: providerDigest(provider),
    },
  ];
}

function audienceNotes(desired: DesiredAssociation, provider: Provider): Note[] {
  const close = provider.clientIds.filter(
    (id) => !desired.audiences.includes(id) && desired.audiences.some((asked) => isMisspelt(id, asked)),
  );
  return close.map((id) => ({
    level: "warning",
    code: "audience-lookalike",
    message: `the provider also accepts the audience '${id}', which looks like a misspelt ${desired.audiences.join(", ")}`,
  }));
}

/** The ways in which the audience is written wrongly in the field: blanks, and STS's other names. */
function isMisspelt(id: string, asked: string): boolean {
  if (id.trim() === asked) return true;
  return asked === DEFAULT_AUDIENCE && /^sts(\.[a-z0-9-]+)?\.amazon(aws)?\.com(\.cn)?$/.test(id);
}

function lookalikeNotes({ lookalikes }: ObservedAssociation): Note[] {
  return lookalikes.map((arn) => ({
    level: "warning",
    code: "provider-lookalike",
    message: `a provider for the same issuer id stands under another host and does not serve this cluster: ${arn}`,
  }));
}
