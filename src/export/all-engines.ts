import type { Engine } from "./engine.ts";
import { ack } from "./engines/ack.ts";
import { cloudFormation } from "./engines/cloudformation.ts";
import { crossplane } from "./engines/crossplane.ts";
import { manifests } from "./engines/manifests.ts";
import { pulumi } from "./engines/pulumi.ts";
import { script } from "./engines/script.ts";
import { terraform } from "./engines/terraform.ts";

/** Every engine, by the value of `--to`. */
export const ENGINES = {
  cloudformation: cloudFormation,
  terraform,
  pulumi,
  ack,
  crossplane,
  manifests,
  script,
} as const satisfies Readonly<Record<string, Engine>>;

/** The value of `--to`. */
export type EngineName = keyof typeof ENGINES;
