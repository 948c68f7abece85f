import type { AddonChange, CreateAddon, UpdateAddon } from "./addon-change.ts";
import { edited, tagRows, type Attribute } from "./attributes.ts";
import type { ChangeKindRow } from "./change-kind-row.ts";
import { onAddon } from "./change-targets.ts";

type Kind = AddonChange["kind"];

/** The kinds of change of an EKS add-on, a part of `CHANGE_KINDS`. */
export const ADDON_KINDS: {
  readonly [One in Kind]: ChangeKindRow<Extract<AddonChange, { readonly kind: One }>>;
} = {
  "create-addon": {
    effect: "create",
    layer: "addon",
    target: onAddon,
    attributes: newAddonAttributes,
    progress: ({ addon }) => ({ doing: `installing the add-on ${addon}`, done: "EKS installs the add-on" }),
    summary: ({ addon }) => `+ add-on ${addon}`,
  },
  "update-addon": {
    effect: "change",
    layer: "addon",
    target: onAddon,
    attributes: addonEdits,
    progress: ({ addon }) => ({ doing: `updating the add-on ${addon}`, done: "EKS updates the add-on" }),
    summary: ({ addon }) => `~ add-on ${addon}`,
  },
  "delete-addon": {
    effect: "remove",
    layer: "addon",
    target: onAddon,
    attributes: () => [],
    progress: ({ addon }) => ({ doing: `deleting the add-on ${addon}`, done: "EKS deletes the add-on" }),
    summary: ({ addon }) => `- add-on ${addon}`,
  },
};

function newAddonAttributes({ version, isDefaultVersion, resolveConflicts, tags }: CreateAddon): Attribute[] {
  const remark = isDefaultVersion ? " (default)" : "";
  return [
    ["+", "version", version === undefined ? "EKS's default" : `${version}${remark}`],
    ...overwriting(resolveConflicts),
    ...tagRows(tags),
  ];
}

function addonEdits({ version, before, resolveConflicts, setTags, tagsBefore }: UpdateAddon): Attribute[] {
  return [
    ...(version === undefined ? [] : [edited("version", before, version)]),
    ...overwriting(resolveConflicts),
    ...tagRows(setTags, tagsBefore),
  ];
}

function overwriting(mode: CreateAddon["resolveConflicts"]): Attribute[] {
  return mode === "NONE" ? [] : [["~", "conflicts", "objects in the cluster are overwritten"]];
}
