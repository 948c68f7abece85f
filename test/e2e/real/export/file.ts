import { CLUSTER_NAME } from "../../../worlds/world.ts";

/** A file with both ways, as it is exported in these tests. */
export function clusterConfig(region: string, roleOnly = false): string {
  return JSON.stringify(configOf(region, roleOnly));
}

/** The roles of that file's first way, for another cluster. */
export function irsaConfig(name: string, region: string): string {
  const { iam, ...config } = configOf(region, true);
  const { podIdentityAssociations: _, ...irsa } = iam;
  return JSON.stringify({ ...config, metadata: { name, region }, iam: irsa });
}

function configOf(region: string, roleOnly: boolean) {
  const only = roleOnly ? { roleOnly: true } : {};
  return {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: CLUSTER_NAME, region },
    iam: {
      withOIDC: true,
      serviceAccounts: [
        {
          metadata: { name: "worker", namespace: "payments", labels: { team: "payments" } },
          attachPolicyARNs: ["arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"],
          attachPolicy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: "s3:GetObject",
                Resource: "arn:aws:s3:::team/${aws:PrincipalTag/team}/*",
                Condition: { StringEquals: { "aws:ResourceTag/%{owner}": "${*}'\"`" } },
              },
            ],
          },
          tags: { owner: "team: a+b=c@d" },
          ...only,
        },
        {
          metadata: {
            name: "dns",
            namespace: "kube-system",
            annotations: { "eks.amazonaws.com/audience": "dns" },
          },
          wellKnownPolicies: { externalDNS: true },
          permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess",
          ...only,
        },
      ],
      podIdentityAssociations: [
        {
          namespace: "shop",
          serviceAccountName: "cart",
          createServiceAccount: !roleOnly,
          permissionPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
        },
        {
          namespace: "shop",
          serviceAccountName: "till",
          permissionPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
          targetRoleARN: "arn:aws:iam::444455556666:role/data",
          disableSessionTags: true,
          policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
        },
      ],
    },
  };
}
