import {
  CreateAddonCommand,
  DeleteAddonCommand,
  DescribeAddonCommand,
  paginateDescribeAddonVersions,
  TagResourceCommand,
  UpdateAddonCommand,
  type EKSClient,
} from "@aws-sdk/client-eks";
import { asFailure, read, write } from "./call.ts";
import { gathered } from "./iam-wire.ts";
import type { EksPort } from "./port.ts";

/** What EKS does with add-ons. */
type Addons = Pick<
  EksPort,
  "getAddon" | "listAddonVersions" | "createAddon" | "updateAddon" | "deleteAddon" | "tagAddon"
>;

/** EKS's add-ons through the SDK. */
export function addons(client: EKSClient): Addons {
  return {
    async getAddon(clusterName, addonName) {
      const command = new DescribeAddonCommand({ clusterName, addonName });
      const { addon } = (await read("eks:DescribeAddon", () => client.send(command))) ?? {};
      if (addon === undefined) return undefined;
      return {
        name: addon.addonName ?? addonName,
        arn: addon.addonArn ?? "",
        status: addon.status ?? "UNKNOWN",
        version: addon.addonVersion ?? "",
        issues: (addon.health?.issues ?? []).map(({ code, message }) => `${code ?? ""}: ${message ?? ""}`),
        tags: addon.tags ?? {},
      };
    },
    async listAddonVersions(addonName, kubernetesVersion) {
      try {
        const pages = paginateDescribeAddonVersions({ client }, { addonName, kubernetesVersion });
        const found = await gathered(pages, ({ addons: all }) => all);
        return found
          .flatMap(({ addonVersions = [] }) => addonVersions)
          .map(({ addonVersion = "", compatibilities = [] }) => ({
            version: addonVersion,
            isDefault: compatibilities.some(
              ({ defaultVersion, clusterVersion = "*" }) =>
                defaultVersion === true && (clusterVersion === "*" || clusterVersion === kubernetesVersion),
            ),
          }));
      } catch (error) {
        throw asFailure("eks:DescribeAddonVersions", error);
      }
    },
    createAddon: (clusterName, { name, version, resolveConflicts, tags }) =>
      write("eks:CreateAddon", () =>
        client.send(
          new CreateAddonCommand({
            clusterName,
            addonName: name,
            ...(version !== undefined && { addonVersion: version }),
            resolveConflicts,
            tags,
          }),
        ),
      ),
    updateAddon: (clusterName, addonName, { version, resolveConflicts }) =>
      write("eks:UpdateAddon", () =>
        client.send(
          new UpdateAddonCommand({
            clusterName,
            addonName,
            ...(version !== undefined && { addonVersion: version }),
            resolveConflicts,
          }),
        ),
      ),
    deleteAddon: (clusterName, addonName) =>
      write("eks:DeleteAddon", () => client.send(new DeleteAddonCommand({ clusterName, addonName }))),
    tagAddon: (resourceArn, tags) =>
      write("eks:TagResource", () => client.send(new TagResourceCommand({ resourceArn, tags }))),
  };
}
