import type { EditRole } from "./role-change.ts";
import { withSettings } from "./role-settings.ts";
import type { Role, Tags } from "./iam-objects.ts";

/** The role as it will be after the edit: what a later edit of the same plan builds on. */
export function editedRole(role: Role, edit: EditRole): Role {
  const trust = edit.trust?.after ?? role.trust;
  return { ...withSettings(role, edit), trust, tags: editedTags(role, edit) };
}

/** IAM takes the keys of a role's tags without regard to case; the last spelling stays. */
function editedTags({ tags }: Role, { setTags = {}, unsetTags = [] }: EditRole): Role["tags"] {
  const replaced = new Set([...Object.keys(setTags), ...unsetTags].map((key) => key.toLowerCase()));
  const kept = Object.entries(tags).filter(([key]) => !replaced.has(key.toLowerCase()));
  return { ...Object.fromEntries(kept), ...setTags };
}

/**
 * The facets of an edit that sets tags which others may have set before: what it replaces is reported with it. Nothing where
 * no tag is set.
 */
export function tagsSet(
  { tags }: Pick<Role, "tags">,
  setTags: Tags,
): { readonly setTags?: Tags; readonly tagsBefore?: Tags } {
  const found = new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]));
  const replaced = Object.keys(setTags).flatMap((key) => {
    const value = found.get(key.toLowerCase());
    return value === undefined || key.startsWith("irsa/") ? [] : [[key, value] as const];
  });
  if (Object.keys(setTags).length === 0) return {};
  return { setTags, ...(replaced.length > 0 && { tagsBefore: Object.fromEntries(replaced) }) };
}

/** An edit's facets that leave the tags at these values, `undefined` without the tag; empty where they are so already. */
export function tagEdit(
  { tags }: Pick<Role, "tags">,
  left: Readonly<Record<string, string | undefined>>,
): { readonly setTags?: Tags; readonly unsetTags?: readonly string[] } {
  const changed = Object.entries(left).filter(([tag, value]) => value !== tags[tag]);
  const unsetTags = changed.filter(([, value]) => value === undefined).map(([tag]) => tag);
  const setTags = Object.fromEntries(
    changed.flatMap(([tag, value]) => (value === undefined ? [] : [[tag, value] as const])),
  );
  return {
    ...(Object.keys(setTags).length > 0 && { setTags }),
    ...(unsetTags.length > 0 && { unsetTags }),
  };
}
