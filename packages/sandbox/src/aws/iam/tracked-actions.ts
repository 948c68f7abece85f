/**
 * Some of the actions whose use IAM tracks, by service: those that create, change, list and delete, none on data. A service that
 * is not here has none. Source: IAM User Guide, "IAM action last accessed information services and actions".
 */
export const TRACKED_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  dynamodb: [
    "CreateBackup",
    "CreateTable",
    "DeleteBackup",
    "DeleteTable",
    "DescribeTable",
    "ListTables",
    "UpdateTable",
    "UpdateTimeToLive",
  ],
  ec2: [
    "CreateTags",
    "CreateVolume",
    "DeleteVolume",
    "DescribeInstances",
    "DescribeVolumes",
    "RunInstances",
    "StopInstances",
    "TerminateInstances",
  ],
  iam: ["CreateRole", "DeleteRole", "GetRole", "ListRoles", "PutRolePolicy", "UpdateAssumeRolePolicy"],
  s3: [
    "CreateBucket",
    "DeleteBucket",
    "DeleteBucketPolicy",
    "GetBucketLocation",
    "GetBucketPolicy",
    "GetEncryptionConfiguration",
    "ListAllMyBuckets",
    "PutBucketAcl",
    "PutBucketPolicy",
    "PutBucketVersioning",
    "PutEncryptionConfiguration",
    "PutLifecycleConfiguration",
  ],
  secretsmanager: ["CreateSecret", "DeleteSecret", "DescribeSecret", "ListSecrets", "UpdateSecret"],
  sqs: ["CreateQueue", "DeleteQueue", "GetQueueAttributes", "ListQueues", "PurgeQueue", "SetQueueAttributes"],
};
