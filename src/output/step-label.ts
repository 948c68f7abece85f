import { policyName } from "../model/arn.ts";
import type { Change } from "../model/change.ts";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { ORIGIN_ANNOTATION, TAG } from "../model/ownership-tags.ts";
import { workloadText } from "../model/workload-name.ts";

/** What a change is called while it is being applied and once it is. */
export function stepLabel(change: Change): { readonly doing: string; readonly done: string } {
  switch (change.kind) {
    case "create-provider":
      return { doing: "registering the identity provider", done: "Identity provider registered" };
    case "edit-provider":
      return { doing: "changing the identity provider", done: "Identity provider changed" };
    case "delete-provider":
      return { doing: "deleting the identity provider", done: "Identity provider deleted" };
    case "create-role":
      return { doing: "creating the role", done: "Role created" };
    case "edit-role":
      if (change.setTags !== undefined && TAG.origin in change.setTags)
        return { doing: "tagging the role", done: "Role tagged" };
      return { doing: "changing the role", done: "Role changed" };
    case "delete-role":
      return { doing: "deleting the role", done: "Role deleted" };
    case "attach-policy":
      return {
        doing: `attaching ${policyName(change.policy)}`,
        done: `${policyName(change.policy)} attached`,
      };
    case "detach-policy":
      return {
        doing: `detaching ${policyName(change.policy)}`,
        done: `${policyName(change.policy)} detached`,
      };
    case "put-inline-policy":
      return { doing: "writing the inline policy", done: "Inline policy written" };
    case "delete-inline-policy":
      return {
        doing: `deleting the inline policy ${change.name}`,
        done: `Inline policy ${change.name} deleted`,
      };
    case "leave-instance-profile":
      return {
        doing: `removing the role from the instance profile ${change.profile}`,
        done: `Role removed from the instance profile ${change.profile}`,
      };
    case "create-namespace":
      return { doing: "creating the namespace", done: "Namespace created" };
    case "create-service-account":
      return { doing: "creating the ServiceAccount", done: "ServiceAccount created" };
    case "edit-service-account":
      if (Object.keys(change.setAnnotations).join() === ORIGIN_ANNOTATION)
        return { doing: "labeling the ServiceAccount", done: "ServiceAccount labeled" };
      return ROLE_ANNOTATION in change.setAnnotations
        ? { doing: "annotating the ServiceAccount", done: "ServiceAccount annotated" }
        : { doing: "changing the ServiceAccount", done: "ServiceAccount changed" };
    case "delete-service-account":
      return { doing: "deleting the ServiceAccount", done: "ServiceAccount deleted" };
    case "bind-workload": {
      const name = workloadText(change.workload);
      return { doing: `updating ${name}`, done: `${name} updated` };
    }
    case "restart-workload": {
      const name = workloadText(change.workload);
      return { doing: `restarting ${name}`, done: `${name} restarted` };
    }
    case "retain-stack":
      return {
        doing: "setting DeletionPolicy Retain on the stack",
        done: "DeletionPolicy Retain set on the stack",
      };
    case "delete-stack":
      return { doing: "deleting the stack", done: "Stack deleted; its resources were kept" };
    case "confirm-release":
      return {
        doing: "verifying that the role is unchanged",
        done: "Role unchanged",
      };
  }
}
