import { shownKey } from "../json.ts";
import { isReadable, parseOperator, type Operator } from "./operators.ts";
import { isObject, problem, shown, toList, type PolicyProblem } from "./shape.ts";

/** What IAM would refuse in a Condition block. Source: IAM User Guide, "Condition operators". */
export function checkCondition(path: string, condition: unknown): readonly PolicyProblem[] {
  if (condition === undefined) return [];
  if (!isObject(condition)) return problem(path, `must be an object of operators, not ${shown(condition)}`);
  return Object.entries(condition).flatMap(([name, keys]) =>
    checkOperator(`${path}.${shownKey(name)}`, name, keys),
  );
}

function checkOperator(path: string, name: string, keys: unknown): readonly PolicyProblem[] {
  const operator = parseOperator(name);
  if (operator === undefined) return problem(path, "is not a valid condition operator");
  if (operator.name !== name) return problem(path, `must be spelled '${operator.name}'`);
  if (!isObject(keys)) return problem(path, `must be an object of condition keys, not ${shown(keys)}`);
  return Object.entries(keys).flatMap(([key, values]) =>
    checkKey(`${path}["${shownKey(key)}"]`, operator, key, values),
  );
}

function checkKey(path: string, operator: Operator, key: string, values: unknown): readonly PolicyProblem[] {
  if (!/^[^:\s]+:\S/.test(key))
    return problem(path, "is not a valid condition key; an example is aws:SourceIp");
  return toList(values).flatMap((value, index) => {
    const at = Array.isArray(values) ? `${path}[${index}]` : path;
    if (!["string", "number", "boolean"].includes(typeof value)) {
      return problem(at, `must be a string, number or boolean, not ${shown(value)}`);
    }
    const readable = isReadable(operator, String(value));
    return readable ? [] : problem(at, `can't be ${shown(value)} under ${operator.name}`);
  });
}
