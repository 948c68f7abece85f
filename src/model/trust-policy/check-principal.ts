import { splitArn } from "../arn.ts";
import { PRINCIPAL_TYPES } from "./principal.ts";
import { checkStrings, isObject, problem, shown, unknownElements, type PolicyProblem } from "./shape.ts";

/**
 * What IAM would refuse in a trust policy's Principal.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */
export function checkPrincipal(path: string, principal: unknown): readonly PolicyProblem[] {
  if (principal === "*") return [];
  if (!isObject(principal)) return problem(path, `must be "*" or an object by type, not ${shown(principal)}`);
  if (Object.keys(principal).length === 0) return problem(path, "must not be empty");
  const known = PRINCIPAL_TYPES.filter((type) => Object.hasOwn(principal, type));
  return [
    ...unknownElements(path, principal, PRINCIPAL_TYPES),
    ...known.flatMap((type) => {
      const checkOne = (at: string, id: string) =>
        type === "Federated" ? checkFederated(at, id) : checkId(at, id);
      return checkStrings(`${path}.${type}`, principal[type], checkOne);
    }),
  ];
}

/** IAM's own words: "Federated principals must be valid domain names or SAML metadata ARNs". */
function checkFederated(path: string, id: string): readonly PolicyProblem[] {
  if (id.includes("://")) return problem(path, `must be the provider without https://, not ${shown(id)}`);
  const arn = splitArn(id);
  const isProvider = arn?.service === "iam" && /^(oidc|saml)-provider\/[^*?]+$/.test(arn.resource);
  if (isProvider || /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(id)) return [];
  return problem(path, `must be an identity provider's ARN or domain name, not ${shown(id)}`);
}

function checkId(path: string, id: string): readonly PolicyProblem[] {
  if (id === "") return problem(path, "must not be empty");
  if (id === "*" || !/[*?]/.test(id)) return [];
  return problem(path, `can't have a wildcard in part of a name, such as ${shown(id)}`);
}
