import type { AccessKey } from "irsa-sandbox/parts";
import type { PrincipalName } from "../../worlds/aws-world.ts";
import type { Tokens } from "./tokens.ts";

/** An AWS to hold to the contract. */
export interface ContractWorld {
  readonly name: WorldName;
  /** An account with nothing in it but these clusters; whatever was before is gone. */
  readonly empty: (clusters: readonly string[]) => Promise<EmptyAwsAccount>;
  readonly tokens: Tokens;
  readonly stop: () => Promise<void>;
}

/** The worlds that the contract is run on. */
export type WorldName = "moto" | "sandbox";

/** A way in. */
export interface EmptyAwsAccount {
  readonly url: string;
  readonly awsAccount: string;
  readonly region: string;
  readonly keys: Readonly<Record<PrincipalName, AccessKey>>;
}
