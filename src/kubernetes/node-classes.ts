import { isFailure } from "../model/failure.ts";
import type { InstanceMetadata } from "../model/instance-metadata.ts";
import { NODE_CLASSES, type NodeClass, type NodeClassKind } from "../model/node-classes.ts";
import { listOf, number, object, optional, text, unexpectedAnswer } from "./answer.ts";
import type { Caller } from "./caller.ts";
import type { KubernetesPort } from "./port.ts";
import { METADATA } from "./wire.ts";

/** A node class as the API gives it: both kinds have the same fields where we read. */
const NODE_CLASS = object({
  metadata: METADATA,
  spec: optional(
    object({
      role: optional(text),
      instanceProfile: optional(text),
      metadataOptions: optional(
        object({
          httpEndpoint: optional(text),
          httpTokens: optional(text),
          httpPutResponseHopLimit: optional(number),
        }),
      ),
    }),
  ),
});

type NodeClassJson = ReturnType<typeof NODE_CLASS>;

const VERSIONS = object({ versions: listOf(object({ version: text })) });

/** Lists the node classes of a kind, which a cluster may lack. */
export function nodeClassReads(api: Caller): Pick<KubernetesPort, "listNodeClasses"> {
  return {
    async listNodeClasses(kind) {
      const { group, version, resource } = NODE_CLASSES[kind];
      const what = `list ${resource}.${group}`;
      const list = (served: string): Promise<NodeClass[]> =>
        api.list(what, {
          path: `/apis/${group}/${served}/${resource}`,
          shape: NODE_CLASS,
          keep: (item) => toNodeClass(kind, served, item),
        });
      try {
        return await list(version);
      } catch (error) {
        // Whoever may not list them is refused before the API server looks for the kind.
        if (!isFailure(error, "gone") && !isFailure(error, "forbidden")) throw error;
        const served = await versionsOf(group, api);
        if (served.length === 0) return [];
        const other = served.includes(version) ? undefined : served[0];
        if (other !== undefined) return orNone(() => list(other));
        if (isFailure(error, "gone")) return [];
        throw error;
      }
    },
  };
}

/** The versions of a group, the preferred one first; none of a group that the cluster does not have. */
async function versionsOf(group: string, api: Caller): Promise<readonly string[]> {
  const what = `get the versions of ${group}`;
  const found = await api.orAbsent(what, { method: "GET", path: `/apis/${group}` }, VERSIONS);
  const versions = (found?.versions ?? []).map(({ version }) => version);
  const odd = versions.find((one) => !/^v\d+((alpha|beta)\d+)?$/.test(one));
  if (odd !== undefined) throw unexpectedAnswer(what, "a version that is not valid");
  return versions;
}

/** A version may lack the kind. */
async function orNone<T>(list: () => Promise<T[]>): Promise<T[]> {
  try {
    return await list();
  } catch (error) {
    if (isFailure(error, "gone")) return [];
    throw error;
  }
}

function toNodeClass(
  kind: NodeClassKind,
  version: string,
  { metadata, spec = {} }: NodeClassJson,
): NodeClass {
  const { role, instanceProfile, metadataOptions } = spec;
  return {
    kind,
    name: metadata.name ?? "",
    ...(role !== undefined && { role }),
    ...(instanceProfile !== undefined && { instanceProfile }),
    metadata: kind === "NodeClass" ? OF_AUTO_MODE : toMetadata(metadataOptions, version),
  };
}

/** EKS Auto Mode has no setting for it. Source: EKS User Guide, "Learn about Amazon EKS Auto Mode Managed instances". */
const OF_AUTO_MODE: InstanceMetadata = { isEnabled: true, requiresToken: true, hopLimit: 1 };

type MetadataOptions = NonNullable<NonNullable<NodeClassJson["spec"]>["metadataOptions"]>;

/** With Karpenter's defaults for v1, which the API server fills in; of versions with other defaults what is absent is unknown. */
function toMetadata(options: MetadataOptions = {}, version: string): InstanceMetadata | undefined {
  const isV1 = version === "v1";
  const { httpEndpoint = "enabled" } = options;
  const httpTokens = options.httpTokens ?? (isV1 ? "required" : undefined);
  const hopLimit = options.httpPutResponseHopLimit ?? (isV1 ? 1 : undefined);
  if (httpTokens === undefined || hopLimit === undefined) return undefined;
  return { isEnabled: httpEndpoint !== "disabled", requiresToken: httpTokens === "required", hopLimit };
}
