import { policyName } from "../model/arn.ts";
import type { Change } from "../model/change.ts";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { ORIGIN_ANNOTATION, TAG } from "../model/ownership-tags.ts";
import { workloadText } from "../model/workload-name.ts";

/** What a change is called while it is being done and when it is done. */
export function stepLabel(change: Change): { readonly doing: string; readonly done: string } {
  switch (change.kind) {
    case "create-provider":
      return { doing: "registering the identity provider", done: "identity provider registered" };
    case "edit-provider":
      return { doing: "changing the identity provider", done: "identity provider changed" };
    case "delete-provider":
      return { doing: "deleting the identity provider", done: "identity provider deleted" };
    case "create-role":
      return { doing: "creating the role", done: "role created" };
    case "edit-role":
      if (change.setTags !== undefined && TAG.origin in change.setTags)
        return { doing: "marking the role", done: "role marked" };
      return { doing: "changing the role", done: "role changed" };
    case "delete-role":
      return { doing: "deleting the role", done: "role deleted" };
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
      return { doing: "writing the inline policy", done: "inline policy written" };
    case "delete-inline-policy":
      return {
        doing: `deleting the inline policy ${change.name}`,
        done: `inline policy ${change.name} deleted`,
      };
    case "leave-instance-profile":
      return {
        doing: `leaving the instance profile ${change.profile}`,
        done: `instance profile ${change.profile} left`,
      };
    case "create-namespace":
      return { doing: "creating the namespace", done: "namespace created" };
    case "create-service-account":
      return { doing: "creating the ServiceAccount", done: "ServiceAccount created" };
    case "edit-service-account":
      if (Object.keys(change.setAnnotations).join() === ORIGIN_ANNOTATION)
        return { doing: "marking the ServiceAccount", done: "ServiceAccount marked" };
      return ROLE_ANNOTATION in change.setAnnotations
        ? { doing: "annotating the ServiceAccount", done: "ServiceAccount annotated" }
        : { doing: "changing the ServiceAccount", done: "ServiceAccount changed" };
    case "delete-service-account":
      return { doing: "deleting the ServiceAccount", done: "ServiceAccount deleted" };
    case "bind-workload": {
      const name = workloadText(change.workload);
      return { doing: `binding ${name}`, done: `${name} bound` };
    }
    case "restart-workload": {
      const name = workloadText(change.workload);
      return { doing: `restarting ${name}`, done: `${name} restarted` };
    }
    case "retain-stack":
      return { doing: "letting the stack keep all that it made", done: "stack keeps all that it made" };
    case "delete-stack":
      return { doing: "deleting the stack", done: "stack deleted; what it made stays" };
    case "confirm-release":
      return {
        doing: "comparing the role with what it was",
        done: "role is exactly as it was",
      };
  }
}
