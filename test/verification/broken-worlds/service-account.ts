import { annotate, CART, ROLE, ROLE_KEY } from "../healthy.ts";
import type { BrokenWorld } from "./broken-world.ts";

const LINK = "service-account";

/** Worlds whose ServiceAccount does not name its role as the webhook reads it. */
export const SERVICE_ACCOUNT_WORLDS: readonly BrokenWorld[] = [
  {
    name: "no annotation",
    breaks: (world) => annotate(world, { [ROLE_KEY]: undefined }),
    finds: { link: LINK, row: "C1", code: "annotation-missing", fix: "advice" },
  },
  {
    name: "an empty annotation",
    breaks: (world) => annotate(world, { [ROLE_KEY]: "" }),
    finds: { link: LINK, row: "C1", code: "annotation-missing", fix: "advice" },
  },
  {
    name: "a misspelt key",
    breaks: (world) => annotate(world, { [ROLE_KEY]: undefined, "eks.amazon.com/role-arn": ROLE }),
    finds: { link: LINK, row: "C2", code: "annotation-misspelt", fix: "command" },
  },
  {
    name: "kube2iam's key",
    breaks: (world) => annotate(world, { [ROLE_KEY]: undefined, "iam.amazonaws.com/role": ROLE }),
    finds: { link: LINK, row: "C2", code: "annotation-misspelt", fix: "command" },
  },
  {
    name: "an instance profile's ARN",
    breaks: (world) => annotate(world, { [ROLE_KEY]: ROLE.replace(":role/", ":instance-profile/") }),
    finds: { link: LINK, row: "C3", code: "arn-malformed", fix: "advice" },
  },
  {
    name: "a role's name for its ARN",
    breaks: (world) => annotate(world, { [ROLE_KEY]: "cart" }),
    finds: { link: LINK, row: "C3", code: "arn-malformed", fix: "advice" },
  },
  {
    name: "a blank behind the ARN",
    breaks: (world) => annotate(world, { [ROLE_KEY]: `${ROLE} ` }),
    finds: { link: LINK, row: "C3", code: "arn-malformed", fix: "command" },
  },
  {
    name: "China's partition",
    breaks: (world) => annotate(world, { [ROLE_KEY]: ROLE.replace("arn:aws:", "arn:aws-cn:") }),
    finds: { link: LINK, row: "C3", code: "arn-other-partition", fix: "command" },
  },
  {
    name: "no ServiceAccount",
    breaks: (world) => world.api.serviceAccounts.delete(CART),
    finds: { link: LINK, row: "C4", code: "account-missing", fix: "advice" },
  },
  {
    name: "no namespace",
    breaks: (world) => {
      world.api.serviceAccounts.delete(CART);
      world.api.namespaces.delete("shop");
    },
    finds: { link: LINK, row: "C4", code: "account-missing", fix: "advice" },
  },
  {
    name: "Helm wrote the ServiceAccount again",
    breaks: (world) => {
      annotate(world, { [ROLE_KEY]: undefined, "meta.helm.sh/release-name": "cart" });
    },
    finds: { link: LINK, row: "C5", code: "annotation-owned", fix: "advice" },
  },
  {
    name: "an add-on wrote the ServiceAccount again",
    breaks: (world) => {
      annotate(world, { [ROLE_KEY]: undefined });
      world.editServiceAccount(CART, () => ({ managers: ["eks"] }));
    },
    finds: { link: LINK, row: "C5", code: "annotation-owned", fix: "advice" },
  },
  {
    name: "an empty audience",
    breaks: (world) => annotate(world, { "eks.amazonaws.com/audience": "" }),
    finds: { link: LINK, row: "A5", code: "audience-empty", fix: "command" },
  },
];
