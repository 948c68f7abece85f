import { fromOperator } from "../../src/model/source.ts";
import type { UpdateInput } from "../../src/service-account/update/input.ts";

/** A value of a flag of `update-sa`. */
export const one = (where: string, text: string) => ({ where, text: fromOperator(text) });
/** The values of a flag that is given several times. */
export const at = (where: string, ...texts: readonly string[]) => texts.map((text) => one(where, text));

/** `update-sa` for shop/cart, with no flag that changes anything. */
export const NOTHING: UpdateInput = {
  namespace: one("--namespace", "shop"),
  name: one("--name", "cart"),
  addPolicies: [],
  removePolicies: [],
  setPolicies: [],
  settings: {},
  tags: [],
  removeTags: [],
  labels: [],
  removeLabels: [],
  allowAdministrator: false,
  sharedRoles: [],
};
