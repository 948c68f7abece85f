import type { FindingCode } from "../../../../src/verification/rows.ts";
import type { POD_IDENTITY_ROWS } from "../../../../src/verification/rows/pod-identity.ts";
import type { PodIdentityShop, ShopOptions } from "./shop.ts";

/** A problem of the chain by Pod Identity. */
export type PodIdentityCode = keyof typeof POD_IDENTITY_ROWS & FindingCode;

type Act = (shop: PodIdentityShop) => Promise<unknown>;

/** One thing broken in a shop that worked, and what its reader does about it. */
export interface PodIdentityBreak {
  readonly name: string;
  readonly opens?: ShopOptions;
  readonly breaks: Act;
  /** What is verified: the ServiceAccount unless given. */
  readonly subject?: "deploy";
  /** It works, and is only warned of. */
  readonly level?: "warn";
  /** The printed command, or what the printed advice says. */
  readonly fix: "command" | { readonly advice: RegExp; readonly follow: Act };
}

/** Every way of breaking a link that has them, by the code that names it. */
export type BreaksByCode<Code extends PodIdentityCode> = Readonly<
  Record<Code, readonly [PodIdentityBreak, ...PodIdentityBreak[]]>
>;

/** What is done where the printed text leaves it to its reader. */
export function advised(advice: RegExp, follow: Act): PodIdentityBreak["fix"] {
  return { advice, follow };
}
