import { join } from "node:path";

/**
 * The environment that a child process of a test starts from: of the caller's only PATH, so that no AWS_*, KUBE* or proxy
 * setting of the person who runs the tests gets in; a home of its own, and no way to an instance's metadata.
 */
export function cleanEnvironment(folder: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    TMPDIR: folder,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: join(folder, "aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "aws-credentials"),
  };
}
