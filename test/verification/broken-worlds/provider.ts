import type { ProviderArn } from "../../../src/model/arn.ts";
import { providerArn } from "../../../src/model/issuer.ts";
import type { World } from "../../fakes/world.ts";
import type { BrokenWorld } from "./broken-world.ts";

const LINK = "provider";

/** Worlds whose provider is not what STS looks for. */
export const PROVIDER_WORLDS: readonly BrokenWorld[] = [
  {
    name: "no provider",
    breaks: (world) => world.iam.providers.clear(),
    finds: { link: LINK, row: "A1", code: "provider-missing", fix: "command" },
  },
  {
    name: "the provider of a cluster that is gone",
    breaks: (world) => standsUnder(world, (arn) => arn.replace(/[^/]+$/, "0".repeat(32))),
    finds: { link: LINK, row: "A1", code: "provider-missing", fix: "command" },
  },
  {
    name: "the issuer's id under the dual-stack host",
    breaks: (world) =>
      standsUnder(world, (arn) =>
        arn.replace("oidc.eks.ap-northeast-2.amazonaws.com", "oidc-eks.ap-northeast-2.api.aws"),
      ),
    finds: { link: LINK, row: "A3", code: "provider-other-host", fix: "command" },
  },
  {
    name: "the issuer with its port",
    breaks: (world) => standsUnder(world, (arn) => arn.replace(".com/", ".com:443/")),
    finds: { link: LINK, row: "A4", code: "provider-other-spelling", fix: "command" },
  },
  {
    name: "the issuer with a slash at its end",
    breaks: (world) => standsUnder(world, (arn) => `${arn}/`),
    finds: { link: LINK, row: "A4", code: "provider-other-spelling", fix: "command" },
  },
  {
    name: "no audience at all",
    breaks: (world) => world.withProvider({ clientIds: [] }),
    finds: { link: LINK, row: "A5", code: "audience-not-accepted", fix: "command" },
  },
  {
    name: "China's spelling of the audience",
    breaks: (world) => world.withProvider({ clientIds: ["sts.amazonaws.com.cn"] }),
    finds: { link: LINK, row: "A5", code: "audience-not-accepted", fix: "command" },
  },
  {
    name: "a blank behind the audience",
    breaks: (world) => world.withProvider({ clientIds: ["sts.amazonaws.com "] }),
    finds: { link: LINK, row: "A5", code: "audience-not-accepted", fix: "command" },
  },
];

function standsUnder(world: World, other: (arn: string) => string): void {
  const arn = providerArn(world.cluster, world.cluster.issuer);
  world.iam.providers.clear();
  world.withProvider({ arn: other(arn) as ProviderArn });
}
