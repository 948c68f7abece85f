import { hostPath } from "../../../src/model/issuer.ts";
import { ownRole } from "../../fakes/values.ts";
import { aServiceAccount } from "../../fakes/values.ts";
import { annotate, CART, ROLE_KEY } from "../healthy.ts";
import type { BrokenWorld } from "./broken-world.ts";

/** Worlds in which irsa keeps a role for the ServiceAccount: `--fix` fixes them. */
export const OUR_WORLDS: readonly BrokenWorld[] = [
  ours("no annotation", { link: "service-account", row: "C1", code: "annotation-missing" }, (world) =>
    annotate(world, { [ROLE_KEY]: undefined }),
  ),
  ours("no ServiceAccount", { link: "service-account", row: "C4", code: "account-missing" }, (world) =>
    world.api.serviceAccounts.delete(CART),
  ),
  ours("no namespace", { link: "service-account", row: "C4", code: "account-missing" }, (world) => {
    world.api.serviceAccounts.delete(CART);
    world.api.namespaces.delete("shop");
  }),
  ours(
    "an annotation that is no ARN",
    { link: "service-account", row: "C3", code: "arn-malformed" },
    (world) => annotate(world, { [ROLE_KEY]: "cart" }),
  ),
  ours("an annotation that leads nowhere", { link: "role", row: "B11", code: "role-missing" }, (world) =>
    annotate(world, { [ROLE_KEY]: ownRole("gone") }),
  ),
  ours(
    "a trust policy of another namespace",
    { link: "trust-policy", row: "B1", code: "subject-mismatch" },
    (world) =>
      world.editRole(world.roleOf({ serviceAccount: aServiceAccount(CART) }), ({ role }) => ({
        role: { ...role, trust: world.trustOf({ serviceAccount: aServiceAccount("store/cart") }) },
      })),
  ),
  ours("https:// in the trust policy", { link: "trust-policy", row: "B5", code: "scheme-in-name" }, (world) =>
    world.editRole(world.roleOf({ serviceAccount: aServiceAccount(CART) }), ({ role }) => {
      const name = hostPath(world.cluster.issuer);
      const text = JSON.stringify(role.trust).replaceAll(`${name}:`, `https://${name}:`);
      return { role: { ...role, trust: JSON.parse(text) as typeof role.trust } };
    }),
  ),
];

function ours(
  name: string,
  finds: Omit<BrokenWorld["finds"], "fix">,
  breaks: BrokenWorld["breaks"],
): BrokenWorld {
  return { name, role: "ours", breaks, finds: { ...finds, fix: "command" } };
}
