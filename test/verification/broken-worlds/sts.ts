import type { FindingCode } from "../../../src/verification/rows.ts";
import { annotate, ROLE, ROLE_KEY } from "../healthy.ts";
import type { BrokenWorld } from "./broken-world.ts";

const DENIED = { code: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithWebIdentity" };

/** Worlds in which everything that can be read is right, and STS refuses all the same. */
export const STS_WORLDS: readonly BrokenWorld[] = [
  refused("a resource control policy", "B12", "exchange-denied", DENIED),
  refused("a region without STS", "A9", "sts-region-inactive", {
    code: "RegionDisabled",
    message: "STS is not activated in this region for account:111122223333",
  }),
  refused("keys that can't be fetched", "G1", "issuer-keys", {
    code: "InvalidIdentityToken",
    message: "Couldn't retrieve verification key from your identity provider",
  }),
  refused("an issuer that rejects", "G1", "issuer-keys", {
    code: "IDPRejectedClaim",
    message: "Token is expired",
  }),
  refused("a session that is too long", "B14", "session-too-long", {
    code: "ValidationError",
    message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  }),
  refused("a provider that STS does not see yet", "A1", "sts-refuses", {
    code: "InvalidIdentityToken",
    message: "No OpenIDConnect provider found in your account for https://oidc.eks…",
  }),
  {
    name: "a role of another AWS account that has no provider",
    breaks: (world) => {
      annotate(world, { [ROLE_KEY]: ROLE.replace("111122223333", "999988887777") });
      world.decree.refusal = {
        code: "InvalidIdentityToken",
        message: "No OpenIDConnect provider found in your account for https://oidc.eks…",
      };
      world.api.pods.length = 0;
    },
    finds: { link: "provider", row: "A7", code: "provider-elsewhere", fix: "advice" },
  },
];

function refused(
  name: string,
  row: string,
  code: FindingCode,
  refusal: { readonly code: string; readonly message: string },
): BrokenWorld {
  const breaks: BrokenWorld["breaks"] = (world) => (world.decree.refusal = refusal);
  return { name, breaks, finds: { link: "sts", row, code, fix: "advice" } };
}
