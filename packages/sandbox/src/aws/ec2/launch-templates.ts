import { AwsError, maybeText, text, type Parameters } from "../exchange.ts";
import { isObject } from "../iam/policy-grammar.ts";
import type { Operations } from "../operation.ts";
import { at, type LaunchTemplateState, type LaunchTemplateVersionState } from "../state.ts";
import { ec2Id } from "./ec2-id.ts";

/**
 * Launch templates with their first version, of which only the options of instance metadata are kept. Source: EC2 API
 * Reference, the operations named.
 */
export const LAUNCH_TEMPLATE_OPERATIONS: Operations = {
  CreateLaunchTemplate({ awsAccount, parameters, region, now }) {
    const template: LaunchTemplateState = {
      id: ec2Id("lt"),
      name: text(parameters, "LaunchTemplateName"),
      region,
      created: now.toISOString(),
      versions: [versionIn(parameters)],
    };
    awsAccount.launchTemplates = { ...awsAccount.launchTemplates, [template.id]: template };
    return {
      launchTemplate: {
        launchTemplateId: template.id,
        launchTemplateName: template.name,
        defaultVersionNumber: 1,
        latestVersionNumber: 1,
      },
    };
  },

  DescribeLaunchTemplateVersions({ awsAccount, parameters, region }) {
    const id = text(parameters, "LaunchTemplateId");
    const template = at(awsAccount.launchTemplates ?? {}, id);
    if (template?.region !== region)
      throw new AwsError(
        400,
        "InvalidLaunchTemplateId.NotFound",
        `The specified launch template, with template ID ${id}, does not exist.`,
      );
    const wanted = [parameters["LaunchTemplateVersion"] ?? []].flat().map(String);
    const found = template.versions.flatMap((version, index) =>
      wanted.includes(`${index + 1}`) ? [{ version, number: index + 1 }] : [],
    );
    if (found.length < wanted.length)
      throw new AwsError(
        400,
        "InvalidLaunchTemplateId.VersionNotFound",
        `Could not find the specified version for the launch template with ID ${id}.`,
      );
    return {
      launchTemplateVersionSet: found.map(({ version, number }) => ({
        launchTemplateId: id,
        launchTemplateName: template.name,
        versionNumber: number,
        launchTemplateData: { metadataOptions: options(version) },
      })),
    };
  },
};

function versionIn({ LaunchTemplateData: data = {} }: Parameters): LaunchTemplateVersionState {
  const given = isObject(data) && isObject(data["MetadataOptions"]) ? data["MetadataOptions"] : {};
  const hopLimit = maybeText(given, "HttpPutResponseHopLimit");
  return {
    httpTokens: maybeText(given, "HttpTokens"),
    hopLimit: hopLimit === undefined ? undefined : Number(hopLimit),
    httpEndpoint: maybeText(given, "HttpEndpoint"),
  };
}

function options({ httpTokens, hopLimit, httpEndpoint }: LaunchTemplateVersionState) {
  const all = { httpTokens, httpPutResponseHopLimit: hopLimit, httpEndpoint };
  return Object.values(all).every((value) => value === undefined) ? undefined : all;
}
