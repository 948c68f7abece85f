const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * The most of everything that comes from outside. Each limit is well above what honest use needs and below what makes a
 * run slow or large; what is over one is an error that names it (docs/limits.md tells them).
 */
export const LIMITS = {
  /** Of a YAML or JSON file of `-f`: 3,000 ServiceAccounts take 0.7 MiB, the largest public Helm charts 5 MiB. */
  manifestBytes: 8 * MiB,
  /** Of a lock file or SBOM; an SBOM of a large image has some 30 MiB. */
  listingBytes: 64 * MiB,
  /** Of an earlier audit that `--baseline` names: 100,000 findings. */
  baselineBytes: 64 * MiB,
  /** Of an organization file; IRSA_CONFIG and .irsa.yaml are pages, not books. */
  organizationBytes: MiB,
  /** Of a kubeconfig; one of 2,000 clusters has 6 MiB. */
  kubeconfigBytes: 8 * MiB,
  /** Of a token, a key or a certificate that a kubeconfig names, and of what its credential plugin prints. */
  credentialBytes: MiB,
  /** Of a bundle of certificate authorities; all public ones take 0.3 MiB. */
  certificatesBytes: 4 * MiB,
  /** Of the AWS config and credentials files; generated ones of thousands of profiles have 2 MiB. */
  awsConfigBytes: 8 * MiB,
  /** Of the cached names of one kind; 20,000 roles with paths have 2 MiB. */
  completionBytes: 4 * MiB,
  /** Of a file of a sandbox's state, which irsa writes itself. */
  sandboxStateBytes: 256 * MiB,

  /** Of a policy document, white space included; IAM takes 10,240 characters without it in any policy of a role. */
  policyBytes: 128 * KiB,
  /** How deep a policy document nests; IAM's grammar goes 6 deep. */
  policyDepth: 16,
  /** How deep JSON of files and of servers nests. */
  jsonDepth: 128,
  /** How deep the elements of an XML answer nest; those of IAM go 12 deep. */
  xmlDepth: 64,
  /** How deep YAML nests; CustomResourceDefinitions go some 60 deep. */
  yamlDepth: 128,
  /** Documents in one file; a rendered chart has some hundreds. */
  yamlDocuments: 10_000,
  /** Keys, values, spaces and signs of one file; 12,000 ServiceAccounts have 600,000. A million takes some 5 s to parse. */
  yamlTokens: 1_000_000,
  /** Aliases in one file; 3,000 ServiceAccounts with three each have 9,000. */
  yamlAliases: 10_000,
  /** Values of a manifest file, its aliases counted as often as they are used. */
  yamlExpandedNodes: 1_000_000,
  /** Values of a configuration file, its aliases counted as often as they are used. */
  yamlValues: 200_000,

  /** Files that are read from one folder, and entries of folders that are looked at for them. */
  folderFiles: 10_000,
  folderEntries: 200_000,
  folderDepth: 64,
  /** Of all files of one folder. */
  folderBytes: 256 * MiB,
  /** Lock files, SBOMs and the like of one folder, and of all of them; one is kept at a time. */
  listingFolderFiles: 100_000,
  listingFolderBytes: 8 * 1024 * MiB,
  /** Of the beginning and the end of a file each, by which an SBOM is told. */
  peekBytes: 64 * KiB,

  /** Of one answer of AWS; a page of IAM has some MiB. */
  awsAnswerBytes: 64 * MiB,
  /** Of one answer of a cluster; a page of 500 pods has some 10 MiB. */
  kubernetesAnswerBytes: 64 * MiB,
  /** Of an issuer's discovery document and of its keys. */
  issuerAnswerBytes: MiB,
  /** Pages of one list. IAM's quota is 5,000 roles; the largest clusters have 150,000 pods, 300 pages. */
  pages: 1_000,
  /** Roles and instance profiles that the node classes of a cluster name, looked up one by one; clusters have a few classes. */
  nodeClassRoles: 100,
  /** Milliseconds from the beginning of an answer to its end. */
  answerMilliseconds: 120_000,

  /** Milliseconds that a pipe may be silent: `syft IMAGE | irsa sdk-check -` takes minutes to begin. */
  pipeMilliseconds: 600_000,
  /** Milliseconds that a named pipe may be without a writer. */
  writerMilliseconds: 2_000,
  /** Milliseconds in which a kubeconfig's credential plugin must end; some wait for a person at a browser. */
  pluginMilliseconds: 300_000,
  /** Milliseconds in which a file must be read. */
  fileMilliseconds: 30_000,

  /** Values that an output template visits; all of 12,000 ServiceAccounts are some 600,000. */
  templateValues: 5_000_000,
  /** Characters that it writes. */
  templateCharacters: 100_000_000,
  /** Ranges inside each other; an answer nests some 6 deep. */
  templateRanges: 32,

  /** Of a targets file; 10,000 AWS accounts with roles and regions have 3 MiB. */
  targetsBytes: 8 * MiB,
  /** Of a line of a journal, which has what was found in one target: 20,000 findings. */
  journalLineBytes: 64 * MiB,
  /** Organizational units below those that are asked for; AWS's quota is 2,000, and can be raised. */
  organizationalUnits: 20_000,
  /** AWS accounts that are read at the same time: each has some MiB in memory, and up to 16 calls in flight. */
  targetsAtOnce: 64,

  /** Wrong values that are told one by one; what is wrong in so many ways is another kind of file. */
  problems: 1_000,
  /** Characters of a value that an error shows. */
  shownCharacters: 60,
  /** Of what a server says in an error. */
  shownMessageCharacters: 1_000,
  /** Of one that is a single word: an ARN of a role with a path has some 120. */
  shownWordCharacters: 160,
} as const;

/** A number of bytes, as `8 MiB`. */
export function sizeText(bytes: number): string {
  if (bytes >= 1024 * MiB) return `${bytes / MiB / 1024} GiB`;
  return bytes >= MiB ? `${bytes / MiB} MiB` : `${bytes / KiB} KiB`;
}
