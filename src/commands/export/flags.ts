import type { EngineName } from "../../export/all-engines.ts";
import type { FileFlags } from "../apply/flags.ts";
import type { ClusterFlags } from "../shared/session/options.ts";

/** The flags of `export` as commander gives them. */
export interface ExportFlags
  extends
    ClusterFlags,
    Pick<
      FileFlags,
      | "include"
      | "exclude"
      | "way"
      | "set"
      | "rolePrefix"
      | "rolePath"
      | "associateOidc"
      | "allowDefaultServiceAccount"
      | "allowAdministratorPolicy"
    > {
  readonly to: EngineName | "stackset";
  readonly filename?: string[];
  readonly live?: boolean;
  readonly plan?: string;
  readonly namespaces?: boolean;
  readonly resourceNamespace?: string;
  readonly imports?: boolean;
  readonly targets?: string;
  readonly commands?: boolean;
}
