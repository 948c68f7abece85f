import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
  type Capability,
  type CloudFormationClientConfig,
  type Stack as SdkStack,
} from "@aws-sdk/client-cloudformation";
import type { Stack } from "../model/stack.ts";
import { read, write } from "./call.ts";
import { override } from "./endpoints.ts";
import type { CloudFormationPort } from "./port.ts";

/** CloudFormation through the SDK, and its endpoint by name if that is not AWS's own. */
export function connectCloudFormation(config: CloudFormationClientConfig) {
  const client = new CloudFormationClient(config);
  return {
    port: cloudFormationAdapter(client),
    override: async () => Object.fromEntries(await override("cloudformation", client, DescribeStacksCommand)),
  };
}

function cloudFormationAdapter(client: CloudFormationClient): CloudFormationPort {
  return {
    async getStack(StackName) {
      const send = () => client.send(new DescribeStacksCommand({ StackName }));
      const found = await read("cloudformation:DescribeStacks", send);
      return found?.Stacks?.[0] && toStack(found.Stacks[0]);
    },
    async listStackResources(StackName) {
      const send = () => client.send(new DescribeStackResourcesCommand({ StackName }));
      const found = await read("cloudformation:DescribeStackResources", send);
      // What an earlier update has removed may still be listed.
      const there = (found?.StackResources ?? []).filter((one) => one.ResourceStatus !== "DELETE_COMPLETE");
      return there.map((one) => ({
        logicalId: one.LogicalResourceId ?? "",
        type: one.ResourceType ?? "",
        physicalId: one.PhysicalResourceId ?? "",
      }));
    },
    async getTemplate(StackName) {
      const send = () => client.send(new GetTemplateCommand({ StackName, TemplateStage: "Original" }));
      return (await read("cloudformation:GetTemplate", send))?.TemplateBody;
    },
    setTemplate: ({ stackId, template, parameters, capabilities }) => {
      const command = new UpdateStackCommand({
        StackName: stackId,
        TemplateBody: template,
        Parameters: parameters.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
        Capabilities: [...capabilities] as Capability[],
      });
      return write("cloudformation:UpdateStack", () => client.send(command));
    },
    setTerminationProtection: (StackName, EnableTerminationProtection) => {
      const command = new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection });
      return write("cloudformation:UpdateTerminationProtection", () => client.send(command));
    },
    deleteStack: (StackName) =>
      write("cloudformation:DeleteStack", () => client.send(new DeleteStackCommand({ StackName }))),
  };
}

function toStack(found: SdkStack): Stack {
  const { StackStatusReason: reason, Tags = [], Parameters = [] } = found;
  return {
    name: found.StackName ?? "",
    id: found.StackId ?? "",
    status: found.StackStatus ?? "",
    ...(reason !== undefined && { reason }),
    tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    parameters: Parameters.map(({ ParameterKey = "" }) => ParameterKey),
    capabilities: found.Capabilities ?? [],
    isProtected: found.EnableTerminationProtection === true,
  };
}
