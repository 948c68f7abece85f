import { ownRole } from "../../fakes/values.ts";
import { annotate, ROLE, ROLE_KEY } from "../healthy.ts";
import { aServiceAccount, CLOUDWATCH } from "../../fakes/values.ts";
import type { BrokenWorld } from "./broken-world.ts";

/** Worlds whose role is not there, or may not do what it should. */
export const ROLE_WORLDS: readonly BrokenWorld[] = [
  {
    name: "no role",
    breaks: (world) => world.iam.roles.clear(),
    finds: { link: "role", row: "B11", code: "role-missing", fix: "advice" },
  },
  {
    name: "the path left out",
    breaks: (world) => annotate(world, { [ROLE_KEY]: ownRole("cart") }),
    finds: { link: "role", row: "B11", code: "role-path", fix: "command" },
  },
  {
    name: "the name in another case",
    breaks: (world) => annotate(world, { [ROLE_KEY]: ownRole("team/Cart") }),
    finds: { link: "role", row: "B11", code: "role-path", fix: "command" },
  },
  {
    name: "a policy of ours detached",
    breaks: (world) =>
      world.editRole(ROLE, ({ role }) => ({
        role: {
          ...role,
          tags: world.ownershipTagsOf({ serviceAccount: aServiceAccount("shop/cart") }, [CLOUDWATCH]),
        },
        attached: [],
      })),
    finds: { link: "permissions", row: "B13", code: "attachment-gone", fix: "advice" },
  },
];
