import { text, type Parameters } from "../exchange.ts";
import type { Operations } from "../operation.ts";
import { pagedResult, pageOf } from "../paging.ts";
import { at, type RoleState } from "../state.ts";
import { checked, invalidInput, limitExceeded, noSuchEntity, POLICY_NAME } from "../validation.ts";
import { roleOf } from "./find.ts";
import { isPolicy, listNote } from "./managed-policies.ts";
import { checkedPermissions } from "./permission-grammar.ts";
import { policySize, QUOTAS } from "./quotas.ts";
import { encodeDocument } from "./role-result.ts";

/** The policies of roles, attached and inline. Source: IAM API Reference, the operations named. */
export const ROLE_POLICY_OPERATIONS: Operations = {
  AttachRolePolicy({ awsAccount, parameters }) {
    const role = roleOf(awsAccount, parameters);
    const arn = policyArn(parameters);
    if (!isPolicy(awsAccount, arn))
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.${listNote(awsAccount, arn)}`);
    if (role.attached.includes(arn)) return undefined;
    const quota = QUOTAS.PoliciesPerRole;
    if (role.attached.length >= quota)
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${quota}`);
    role.attached.push(arn);
    return undefined;
  },

  DetachRolePolicy({ awsAccount, parameters }) {
    const role = roleOf(awsAccount, parameters);
    const arn = policyArn(parameters);
    if (!role.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
    role.attached = role.attached.filter((attached) => attached !== arn);
    return undefined;
  },

  ListAttachedRolePolicies({ awsAccount, parameters }) {
    const page = pageOf(roleOf(awsAccount, parameters).attached, parameters);
    return pagedResult("AttachedPolicies", page, attachedPolicy);
  },

  PutRolePolicy({ awsAccount, parameters }) {
    const role = roleOf(awsAccount, parameters);
    const name = checked(text(parameters, "PolicyName"), "policyName", POLICY_NAME);
    role.inline[name] = checkedPermissions(text(parameters, "PolicyDocument"));
    checkInlineSize(role);
    return undefined;
  },

  GetRolePolicy({ awsAccount, parameters }) {
    const { role, name, document } = inlinePolicy(roleOf(awsAccount, parameters), parameters);
    return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeDocument(document) };
  },

  ListRolePolicies({ awsAccount, parameters }) {
    const names = Object.keys(roleOf(awsAccount, parameters).inline);
    return pagedResult("PolicyNames", pageOf(names, parameters), String);
  },

  DeleteRolePolicy({ awsAccount, parameters }) {
    const { role, name } = inlinePolicy(roleOf(awsAccount, parameters), parameters);
    delete role.inline[name];
    return undefined;
  },
};

/** An attached policy as IAM lists it. */
export function attachedPolicy(arn: string): { readonly PolicyName: string; readonly PolicyArn: string } {
  return { PolicyName: arn.slice(arn.lastIndexOf("/") + 1), PolicyArn: arn };
}

function policyArn(parameters: Parameters): string {
  const arn = text(parameters, "PolicyArn");
  if (/^arn:[\w-]+:iam::(\d{12}|aws):policy\/\S+$/.test(arn)) return arn;
  throw invalidInput(`ARN ${arn} is not valid.`);
}

function inlinePolicy(role: RoleState, parameters: Parameters) {
  const name = text(parameters, "PolicyName");
  const document = at(role.inline, name);
  if (document === undefined) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return { role, name, document };
}

function checkInlineSize(role: RoleState): void {
  const most = QUOTAS.InlinePolicySizePerRole;
  const size = Object.values(role.inline).reduce((sum, document) => sum + policySize(document), 0);
  if (size > most) throw limitExceeded(`Maximum policy size of ${most} bytes exceeded for role ${role.name}`);
}
