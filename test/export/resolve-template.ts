/** Where a template is resolved. */
export interface ResolvedIn {
  readonly partition: string;
  readonly region: string;
  readonly awsAccount: string;
}

interface Template {
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  readonly Resources: unknown;
}

/** A template's resources with its mappings, `Fn::Sub` and pseudo parameters resolved, by our own reading of CloudFormation's reference. */
export function resolveTemplate({ Mappings = {}, Resources }: Template, at: ResolvedIn): unknown {
  const pseudo: Readonly<Record<string, string>> = {
    "AWS::Partition": at.partition,
    "AWS::Region": at.region,
    "AWS::AccountId": at.awsAccount,
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    const [[name, argument] = []] = entries;
    if (entries.length === 1 && name === "Ref") return pseudo[String(argument)];
    if (entries.length === 1 && name === "Fn::FindInMap") {
      const [map, region, awsAccount] = (argument as readonly unknown[]).map(resolve);
      return Mappings[String(map)]?.[String(region)]?.[String(awsAccount)];
    }
    if (entries.length === 1 && name === "Fn::Sub") {
      const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
      const values = { ...pseudo, ...(resolve(own) as Record<string, string>) };
      return String(text).replaceAll(/\$\{(!?)([^}]*)\}/g, (_, literal: string, key: string) =>
        literal === "!" ? `\${${key}}` : String(values[key]),
      );
    }
    return Object.fromEntries(entries.map(([key, one]) => [key, resolve(one)]));
  };
  return resolve(Resources);
}
