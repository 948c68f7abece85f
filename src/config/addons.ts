import type { Note } from "../model/plan.ts";
import type { Problems } from "../model/problems.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { placeText } from "./place.ts";
import { readPodIdentityAssociation } from "./pod-identity-association.ts";
import type { FileServiceAccount } from "./service-account.ts";
import { childOf, entriesOf, isTrue, itemsOf, textOf, type Tree } from "./tree.ts";

/** An association that EKS manages with an add-on. */
export interface AddonAssociation {
  readonly path: string;
  readonly addon: string;
  /** `file:line:column` of its entry. */
  readonly where: string;
}

/** The associations of a document's add-ons; what is wrong with them is noted as eksctl refuses it. */
export function readAddonAssociations(document: Tree, problems: Problems): AddonAssociation[] {
  return itemsOf(childOf(document, "addons")).flatMap((addon, index) => {
    const entries = itemsOf(childOf(addon, "podIdentityAssociations"));
    refuseDefaultsBeside(addon, entries, problems);
    return entries.flatMap((entry, at) => {
      const path = `addons[${index}].podIdentityAssociations[${at}]`;
      refuseUnsupported(entry, problems);
      const read = readPodIdentityAssociation(entry, path, problems);
      return read === undefined ? [] : [associationOf(read, addon)];
    });
  });
}

function associationOf({ serviceAccount, where }: FileServiceAccount, addon: Tree): AddonAssociation {
  return { path: serviceAccountPath(serviceAccount), addon: nameOf(addon), where };
}

function nameOf(addon: Tree): string {
  return textOf(childOf(addon, "name")) ?? "";
}

function refuseDefaultsBeside(addon: Tree, entries: readonly Tree[], problems: Problems): void {
  const defaults = childOf(addon, "useDefaultPodIdentityAssociations");
  if (defaults === undefined || !isTrue(defaults) || entries.length === 0) return;
  const problem = "can't be used with podIdentityAssociations of the same add-on";
  problems.note(placeText(defaults.at), "useDefaultPodIdentityAssociations", problem);
}

function refuseUnsupported(entry: Tree, problems: Problems): void {
  for (const { key, keyAt } of entriesOf(entry))
    if (key === "wellKnownPolicies" || key === "tags")
      problems.note(placeText(keyAt), key, "is not supported for the associations of an add-on");
}

/** What is left to EKS, by name. */
export function addonNotes(documents: readonly Tree[], associations: readonly AddonAssociation[]): Note[] {
  const own = associations.map(({ path, addon }) => `${path} (${addon})`);
  const automatic = documents.some((document) =>
    isTrue(childOf(childOf(document, "addonsConfig"), "autoApplyPodIdentityAssociations")),
  );
  const byDefault = documents
    .flatMap((document) => itemsOf(childOf(document, "addons")))
    .filter((addon) => isTrue(childOf(addon, "useDefaultPodIdentityAssociations")))
    .map(nameOf);
  const recommended = automatic ? "all add-ons" : byDefault.join(", ");
  return [
    ...(own.length === 0 ? [] : [left(`the add-ons' Pod Identity associations of ${own.join(", ")}`)]),
    ...(recommended === ""
      ? []
      : [left(`the Pod Identity associations that EKS recommends for ${recommended}`)]),
  ];
}

function left(what: string): Note {
  const message = `left unchanged (managed by EKS with the add-on): ${what}`;
  return { level: "info", code: "addon-associations", message };
}

/** ServiceAccounts whose role would be that of an add-on's association, whatever their entry says. */
export function overruledNotes(
  serviceAccounts: readonly FileServiceAccount[],
  associations: readonly AddonAssociation[],
): Note[] {
  return serviceAccounts.flatMap(({ serviceAccount, podIdentity }) => {
    const path = serviceAccountPath(serviceAccount);
    const rival = associations.find((one) => one.path === path);
    if (rival === undefined || podIdentity !== undefined) return [];
    const message = `${path} also has an association of the add-on ${rival.addon} (${rival.where}): new pods get the association's role, not the one in iam.serviceAccounts`;
    return [{ level: "warning", code: "addon-association-first", message }];
  });
}
