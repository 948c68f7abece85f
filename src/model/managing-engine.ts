import type { Tags } from "./iam-objects.ts";

/**
 * The engine that manages an AWS resource and would write it again, as people call it; `undefined` if none can be told. Who
 * may tag can forge all but CloudFormation's tags: they only make irsa leave a resource alone. Stacks of eksctl don't count,
 * since eksctl never updates a role by itself; its tag alone does not make another's stack one of them.
 * Sources: AWS CloudFormation User Guide, "Resource tags"; ACK, `--resource-tags`, and EKS, "ACK capability"; Crossplane's
 * `ExternalResourceTagKey…`. Terraform and Pulumi tag nothing of themselves: they are known where a tag says so by
 * convention, as with `default_tags`.
 */
export function engineOf(tags: Tags): string | undefined {
  const keys = Object.keys(tags);
  const stack = tags["aws:cloudformation:stack-name"];
  const isEksctls =
    stack?.startsWith("eksctl-") === true && keys.some((key) => key.startsWith("alpha.eksctl.io/"));
  if (stack !== undefined && !isEksctls) return `CloudFormation (stack ${stack})`;
  const namespace = tags["services.k8s.aws/namespace"] ?? tags["eks:kubernetes-namespace"];
  if (namespace !== undefined || keys.some((key) => key.startsWith("services.k8s.aws/")))
    return namespace === undefined ? "ACK" : `ACK (namespace ${namespace})`;
  const object = tags["crossplane-name"];
  if (object !== undefined) return `Crossplane (${tags["crossplane-kind"] ?? "resource"} ${object})`;
  return keys.map((key) => conventional(key, tags[key] ?? "")).find((engine) => engine !== undefined);
}

/** Keys in which people say by what a resource is managed, without case, `-`, `_` and `:`. */
const MANAGED_BY = new Set(["managedby", "provisionedby", "provisioner", "createdby", "iac"]);

const BY_CONVENTION: ReadonlyMap<string, string> = new Map([
  ["terraform", "Terraform"],
  ["opentofu", "OpenTofu"],
  ["pulumi", "Pulumi"],
]);

function conventional(key: string, value: string): string | undefined {
  const [name, said] = [key, value].map((text) => text.toLowerCase().replaceAll(/[-_:\s]/g, ""));
  if (name === undefined || said === undefined) return undefined;
  if (MANAGED_BY.has(name)) return BY_CONVENTION.get(said);
  return said === "true" ? BY_CONVENTION.get(name) : undefined;
}
