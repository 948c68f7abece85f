import { look, type Known } from "./known.ts";

/** A verb on a resource, as in RBAC; `namespace` is absent for cluster-wide resources. */
export interface Access {
  readonly verb: string;
  /** Absent for the core group. */
  readonly group?: string;
  readonly resource: string;
  /** As `token`. */
  readonly subresource?: string;
  readonly namespace?: string;
}

/** Whether the API server would let us do it; unknown if it does not say, which is not a no. */
export function askAccess(
  api: { readonly may: (access: Access) => Promise<boolean> },
  access: Access,
): Promise<Known<boolean>> {
  return look(() => api.may(access));
}
