import {
  DescribeClusterCommand,
  paginateListClusters,
  paginateListPodIdentityAssociations,
  type Cluster as SdkCluster,
  type EKSClient,
} from "@aws-sdk/client-eks";
import { clusterRef, parseClusterArn } from "../model/arn.ts";
import type { Cluster } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import { parseIssuerUrl } from "../model/issuer.ts";
import { parseServiceAccountPath } from "../model/service-account-ref.ts";
import type { Parsed } from "../model/problems.ts";
import { addons } from "./addons.ts";
import { asFailure } from "./call.ts";
import { awsFailure, isAbsent } from "./errors.ts";
import { nodeGroupReads } from "./node-groups.ts";
import { describePodIdentities } from "./pod-identities.ts";
import { podIdentityWrites } from "./pod-identity-writes.ts";
import { answered, gathered } from "./iam-wire.ts";
import type { EksPort } from "./port.ts";

/** EKS through the SDK. */
export function eksAdapter(client: EKSClient): EksPort {
  return {
    async describeCluster(name) {
      try {
        const { cluster } = await client.send(new DescribeClusterCommand({ name }));
        return cluster === undefined ? undefined : toCluster(cluster);
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error instanceof Failure ? error : awsFailure("eks:DescribeCluster", error);
      }
    },
    async listClusters() {
      try {
        return await gathered(paginateListClusters({ client }, {}), ({ clusters }) => clusters);
      } catch (error) {
        throw asFailure("eks:ListClusters", error);
      }
    },
    async listPodIdentityAssociations(clusterName, serviceAccount) {
      try {
        const scope = serviceAccount && {
          namespace: serviceAccount.namespace,
          serviceAccount: serviceAccount.name,
        };
        const pages = paginateListPodIdentityAssociations({ client }, { clusterName, ...scope });
        const listed = await gathered(pages, ({ associations }) => associations);
        return listed.flatMap(({ associationId, namespace, serviceAccount: name }) => {
          const ref = parseServiceAccountPath(`${namespace ?? ""}/${name ?? ""}`);
          const id = answered("the association's ID", associationId);
          return ref.ok ? [{ id, serviceAccount: ref.value }] : [];
        });
      } catch (error) {
        throw asFailure("eks:ListPodIdentityAssociations", error);
      }
    },
    describePodIdentities: (clusterName, serviceAccount) =>
      describePodIdentities(client, clusterName, serviceAccount),
    ...nodeGroupReads(client),
    ...podIdentityWrites(client),
    ...addons(client),
  };
}

function toCluster(cluster: SdkCluster): Cluster {
  const issuer = cluster.identity?.oidc?.issuer;
  const access = cluster.resourcesVpcConfig;
  return {
    ...clusterRef(expect(parseClusterArn(cluster.arn ?? ""), "ARN", cluster.arn)),
    status: cluster.status ?? "UNKNOWN",
    version: cluster.version ?? "",
    ...(cluster.endpoint !== undefined && { endpoint: cluster.endpoint }),
    ...(cluster.certificateAuthority?.data !== undefined && {
      caPem: decode(cluster.certificateAuthority.data),
    }),
    ...(issuer !== undefined &&
      issuer !== "" && { issuer: expect(parseIssuerUrl(issuer), "issuer", issuer) }),
    local: cluster.outpostConfig !== undefined,
    ...(cluster.computeConfig?.enabled === true && { autoMode: true as const }),
    access: {
      public: access?.endpointPublicAccess ?? true,
      private: access?.endpointPrivateAccess ?? false,
      publicCidrs: access?.publicAccessCidrs ?? [],
    },
    ...(cluster.tags !== undefined && Object.keys(cluster.tags).length > 0 && { tags: cluster.tags }),
  };
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

function expect<T>(parsed: Parsed<T>, what: string, text: string | undefined): T {
  if (parsed.ok) return parsed.value;
  throw new Failure(
    "failed",
    "unexpected-answer",
    `DescribeCluster gives the ${what} '${text ?? ""}', which ${parsed.problem}`,
  );
}
