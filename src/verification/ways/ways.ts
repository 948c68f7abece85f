import type { Way } from "./way.ts";
import { IRSA } from "./irsa.ts";
import { POD_IDENTITY } from "./pod-identity.ts";
import type { WayName } from "../../model/way.ts";

/** The ways by which a ServiceAccount gets a role, by name. */
export const WAYS: Readonly<Record<WayName, Way>> = { irsa: IRSA, "pod-identity": POD_IDENTITY };
