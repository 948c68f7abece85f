import { isApiAudience } from "../model/api-audience.ts";
import type { Change } from "../model/change.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import type { Provider, Tags } from "../model/iam-objects.ts";
import { DEFAULT_AUDIENCE, providerArn } from "../model/issuer.ts";
import { clusterOwnershipTags } from "../model/ownership-tags.ts";
import type { AskedAudience } from "../model/asked.ts";
import { derived, type FromOperator } from "../model/source.ts";
import { providerDigest } from "../model/observed-digest.ts";
import type { Note } from "../model/plan.ts";
import type { ObservedAssociation } from "./observe.ts";

/** What the provider is to be: it accepts these audiences and carries these tags. */
export interface DesiredAssociation {
  readonly audiences: readonly AskedAudience[];
  readonly tags: Tags;
  /** SHA-1 fingerprints (40 hex digits) to pin; empty leaves the judgement to IAM, as AWS recommends. */
  readonly thumbprints: readonly FromOperator<string>[];
}

/**
 * The changes that make the provider so; what is there beyond the ask stays.
 * @throws Failure `api-audience`
 */
export function planAssociation(
  asked: DesiredAssociation,
  observed: ObservedAssociation,
): { readonly changes: readonly Change[]; readonly notes: readonly Note[] } {
  const { cluster, provider } = observed;
  const desired = withoutDoubles(asked);
  const added = desired.audiences.filter((audience) => provider?.clientIds.includes(audience) !== true);
  added.forEach((audience) => checkAudience(audience, cluster));
  if (provider !== undefined)
    return {
      changes: edits(desired, added, provider),
      notes: audienceNotes(desired.audiences, provider, cluster),
    };
  const create: Change = {
    kind: "create-provider",
    arn: providerArn(cluster, cluster.issuer),
    url: cluster.issuer,
    clientIds: desired.audiences,
    thumbprints: desired.thumbprints,
    tags: { ...desired.tags, ...clusterOwnershipTags(cluster) },
  };
  return { changes: [create], notes: lookalikeNotes(observed) };
}

function withoutDoubles({ audiences, thumbprints, tags }: DesiredAssociation): DesiredAssociation {
  const fingerprints = thumbprints.map((one) => derived(one, (text) => text.toLowerCase()));
  return { audiences: [...new Set(audiences)], thumbprints: [...new Set(fingerprints)], tags };
}

/**
 * Refuses an audience that the API server's own tokens have: no pod's token is meant for AWS by it.
 * @throws Failure `api-audience`
 */
export function checkAudience(audience: AskedAudience, cluster: ClusterWithIssuer): void {
  if (!isApiAudience(audience, cluster)) return;
  throw new Failure(
    "refused",
    "api-audience",
    `audience '${audience}' belongs to the Kubernetes API server`,
    {
      advice: `Every pod has a token for it and could assume any role that does not pin 'aud'. Use ${DEFAULT_AUDIENCE} or a name of your own`,
    },
  );
}

function edits(
  desired: DesiredAssociation,
  addClientIds: readonly AskedAudience[],
  provider: Provider,
): Change[] {
  const setTags = Object.fromEntries(
    Object.entries(desired.tags).filter(([key, value]) => provider.tags[key] !== value),
  );
  const tagsBefore = Object.fromEntries(
    Object.entries(provider.tags).filter(([key]) => Object.hasOwn(setTags, key)),
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
      ...(Object.keys(tagsBefore).length > 0 && { tagsBefore }),
      ...(repin && { thumbprints: pinned }),
      observed: providerDigest(provider),
    },
  ];
}

/** What a user should know of the audiences that a provider accepts beside those asked for. */
export function audienceNotes(
  audiences: readonly string[],
  provider: Provider,
  cluster: ClusterWithIssuer,
): Note[] {
  const beside = provider.clientIds.filter((id) => !audiences.includes(id));
  const close = beside.filter((id) => audiences.some((asked) => isMisspelt(id, asked)));
  const api = provider.clientIds.filter((id) => isApiAudience(id, cluster));
  return [
    ...close.map((id) => ({
      level: "warning" as const,
      code: "audience-lookalike",
      message: `the provider also accepts audience '${id}', which looks like a misspelling of ${audiences.join(", ")}`,
    })),
    ...api.map((id) => ({
      level: "warning" as const,
      code: "api-audience",
      message: `the provider accepts audience '${id}', which belongs to the Kubernetes API server; see irsa audit --rule api-audience`,
    })),
  ];
}

/** Common misspellings of the audience: blanks, and other names of STS. */
function isMisspelt(id: string, asked: string): boolean {
  if (id.trim() === asked) return true;
  return asked === DEFAULT_AUDIENCE && /^sts(\.[a-z0-9-]+)?\.amazon(aws)?\.com(\.cn)?$/.test(id);
}

function lookalikeNotes({ lookalikes }: ObservedAssociation): Note[] {
  return lookalikes.map((arn) => ({
    level: "warning",
    code: "provider-lookalike",
    message: `a provider for the same issuer ID exists under another host and is not used by this cluster: ${arn}`,
  }));
}
