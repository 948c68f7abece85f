import { invalid, valid, type Parsed } from "../model/problems.ts";

/** A version of an EKS add-on, as EKS writes them. Source: EKS API Reference, DescribeAddonVersions. */
export function parseAddonVersion(text: string): Parsed<string> {
  return /^v\d+(\.\d+)*(-[a-z0-9.]+)*$/.test(text) && text.length <= 64
    ? valid(text)
    : invalid("is not a valid add-on version; use one such as v1.3.9-eksbuild.3");
}
