import { describe, expect, it } from "vitest";
import { translateEksctl } from "../../src/eksctl-syntax/translate.ts";
import { translatedLine } from "../../src/output/command-text.ts";
import { Failure } from "../../src/model/failure.ts";

const POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const ROLE = "arn:aws:iam::111122223333:role/r";

const words = (line: string): string[] => line.split(" ").filter((word) => word !== "");
const ours = (line: string, prefixGiven = false): string | undefined =>
  translateEksctl(words(line), prefixGiven)?.args.join(" ");

function failureOf(line: string): Failure {
  try {
    translateEksctl(words(line), false);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("the test expected a failure");
}

describe("eksctl's command lines come to irsa's", () => {
  it.each([
    ["utils associate-iam-oidc-provider --cluster c --approve", "associate-oidc --cluster c --approve"],
    ["utils associate-iam-oidc-provider c", "associate-oidc --cluster c"],
    ["utils migrate-to-pod-identity --cluster c", "migrate-pod-identity --all --cluster c"],
    [
      "utils migrate-to-pod-identity --cluster c -r r --remove-oidc-provider-trust-relationship --approve",
      "migrate-pod-identity --all --cluster c --region r --finish --approve",
    ],
    ["utils associate-iam-oidc-provider -n c --approve=true", "associate-oidc --cluster c --approve"],
    [
      "utils associate-iam-oidc-provider -c c -r eu-west-1 -p work",
      "associate-oidc --cluster c --region eu-west-1 --profile work",
    ],
    [
      "utils associate-iam-oidc-provider -f c.yaml --approve",
      "apply -f c.yaml --associate-oidc --exclude * --approve",
    ],
    [
      `create iamserviceaccount --cluster c --namespace n --name a --attach-policy-arn ${POLICY} --approve`,
      `create-sa --cluster c --namespace n --name a --policy-arn ${POLICY} --role-prefix eksctl- --approve`,
    ],
    [
      `create iamserviceaccount a --cluster=c --attach-policy-arn=${POLICY},arn:aws:iam::aws:policy/X`,
      `create-sa --cluster c --name a --policy-arn ${POLICY} --policy-arn arn:aws:iam::aws:policy/X --role-prefix eksctl-`,
    ],
    [
      `create iamserviceaccount -c c --name a --attach-role-arn ${ROLE} --override-existing-serviceaccounts --approve`,
      `create-sa --cluster c --name a --attach-role-arn ${ROLE} --override-existing-serviceaccounts --approve`,
    ],
    [
      `create iamserviceaccount -c c --name a --attach-policy-arn ${POLICY} --role-name r --role-only --tags k=v,l=w`,
      `create-sa --cluster c --name a --policy-arn ${POLICY} --role-name r --role-only --tag k=v --tag l=w`,
    ],
    [
      "create iamserviceaccount -f c.yaml --include a/* --exclude a/b --approve",
      "apply -f c.yaml --way irsa --include a/* --exclude a/b --leave-existing --role-prefix eksctl- --approve",
    ],
    [
      "create iamserviceaccount --config-file c.yaml --approve=false",
      "apply -f c.yaml --way irsa --leave-existing --role-prefix eksctl-",
    ],
    ["get iamserviceaccount --cluster c", "get-sa --cluster c"],
    [
      "get iamserviceaccounts --cluster c --namespace n --name a -o json",
      "get-sa --cluster c --namespace n --name a --ignore-not-found --output json",
    ],
    [
      `update iamserviceaccount --cluster c --name a --namespace n --attach-policy-arn ${POLICY} --approve`,
      `update-sa --cluster c --namespace n --name a --set-policy-arn ${POLICY} --approve`,
    ],
    ["update iamserviceaccount -f c.yaml --approve", "apply -f c.yaml --way irsa --approve"],
    [
      "delete iamserviceaccount --cluster c --namespace n --name a --wait",
      "delete-sa --cluster c --namespace n --name a --approve",
    ],
    [
      `create podidentityassociation --cluster c --namespace n --service-account-name a --permission-policy-arns ${POLICY},arn:aws:iam::aws:policy/X --create-service-account`,
      `create-sa --cluster c --namespace n --name a --pod-identity --policy-arn ${POLICY} --policy-arn arn:aws:iam::aws:policy/X --role-prefix eksctl- --approve`,
    ],
    [
      `create podidentityassociation -c c -r r --namespace n --service-account-name a --role-arn ${ROLE} --target-role-arn ${ROLE} --disable-session-tags --tags k=v,l=w`,
      `create-sa --cluster c --region r --namespace n --name a --pod-identity --attach-role-arn ${ROLE} --target-role-arn ${ROLE} --disable-session-tags --tag k=v --tag l=w --role-only --approve`,
    ],
    [
      `create podidentityassociation --cluster c --namespace n --service-account-name a --permission-policy-arns ${POLICY} --permission-boundary-arn ${POLICY} --role-name r`,
      `create-sa --cluster c --namespace n --name a --pod-identity --policy-arn ${POLICY} --role-name r --permissions-boundary ${POLICY} --role-only --approve`,
    ],
    [
      "create podidentityassociation -f c.yaml",
      "apply -f c.yaml --way pod-identity --role-prefix eksctl- --approve",
    ],
    ["get podidentityassociation --cluster c", "get-sa --cluster c"],
    [
      "get podidentityassociations --cluster c --namespace n -o json",
      "get-sa --cluster c --namespace n --output json",
    ],
    [
      "get podidentityassociation --cluster c --namespace n --service-account-name a",
      "get-sa --cluster c --namespace n --name a --ignore-not-found",
    ],
    [
      `update podidentityassociation --cluster c --namespace n --service-account-name a --role-arn ${ROLE} --target-role-arn ${ROLE} --disable-session-tags`,
      `create-sa --cluster c --namespace n --name a --pod-identity --attach-role-arn ${ROLE} --target-role-arn ${ROLE} --disable-session-tags --role-only --override-existing-serviceaccounts --approve`,
    ],
    [
      "update podidentityassociation -f c.yaml",
      "apply -f c.yaml --way pod-identity --override-existing-serviceaccounts --approve",
    ],
    [
      "delete podidentityassociation -n c --namespace n --service-account-name a",
      "delete-sa --cluster c --namespace n --name a --approve",
    ],
  ])("%s", (line, expected) => expect(ours(line)).toBe(expected));

  it("with a prefix of the user's own, where there is one", () => {
    const line = `create iamserviceaccount -c c --name a --attach-policy-arn ${POLICY}`;
    expect(ours(line, true)).toBe(`create-sa --cluster c --name a --policy-arn ${POLICY}`);
  });

  it.each([
    "create-sa --name a",
    "create nodegroup",
    "get",
    "create podidentityassociations",
    "get pia",
    "utils constructor",
    "delete-sa",
  ])("and no others: %s", (line) => expect(ours(line)).toBeUndefined());
});

describe("what is said, in one line", () => {
  it("is the new spelling, and what is not needed", () => {
    const line = `create iamserviceaccount -c c --name a --attach-policy-arn ${POLICY} --timeout 40m --cfn-disable-rollback`;
    const { args, ignored } = translateEksctl(words(line), true) ?? { args: [], ignored: [] };
    expect(translatedLine(args, ignored)).toBe(
      `eksctl syntax; the irsa command is: irsa create-sa --cluster c --name a --policy-arn ${POLICY}; ignored: --timeout, --cfn-disable-rollback`,
    );
  });

  it("names what eksctl ignores beside a file", () => {
    const { args, ignored } =
      translateEksctl(
        words(`create iamserviceaccount -f c.yaml --namespace n --attach-policy-arn ${POLICY}`),
        true,
      ) ?? {};
    expect(args?.join(" ")).toBe("apply -f c.yaml --way irsa --leave-existing");
    expect(ignored).toEqual(["--namespace", "--attach-policy-arn"]);
  });
});

describe("an existing ServiceAccount", () => {
  const line = `create iamserviceaccount -c c --name a --attach-policy-arn ${POLICY}`;
  it("without override is left out, and that is not a failure", () => {
    expect(translateEksctl(words(line), false)?.toleratedCodes).toEqual(["account-exists"]);
  });

  it("with override is not", () => {
    const override = `${line} --override-existing-serviceaccounts`;
    expect(translateEksctl(words(override), false)?.toleratedCodes).toEqual([]);
  });
});

describe("what eksctl refuses, and what has no like, stops", () => {
  it.each([
    [
      "create iamserviceaccount a --name b --cluster c",
      "--name=b and argument 'a' can't be used at the same time",
    ],
    ["create iamserviceaccount a b --cluster c", "unexpected argument 'b'"],
    ["create iamserviceaccount -f c.yaml --cluster c", "--cluster can't be used with -f"],
    ["create iamserviceaccount a -f c.yaml", "the name 'a' can't be used with -f"],
    [`create iamserviceaccount -c c --attach-policy-arn ${POLICY}`, "--name must be set"],
    ["create iamserviceaccount -c c --name a --subject-pattern x*", "--subject-pattern is not supported"],
    ["create iamserviceaccount -c c --nmae a", "unknown option '--nmae'"],
    ["create iamserviceaccount -c c --name a --aprove", "'--aprove'; did you mean --approve?"],
    ["update iamserviceaccount -c c --name a", "--attach-policy-arn is required"],
    ["delete iamserviceaccount -c c --name a --approve", "--approve requires -f"],
    ["delete iamserviceaccount -f c.yaml --only-missing --approve", "delete with -f is not supported"],
    ["get iamserviceaccount -f c.yaml", "get with -f is not supported"],
    ["create podidentityassociation -c c --service-account-name a", "--namespace is required"],
    ["create podidentityassociation -c c --namespace n", "--service-account-name is required"],
    ["create podidentityassociation -c c --namespace n --name a", "unknown option '--name'"],
    ["create podidentityassociation -c c --namespace n --approve", "unknown option '--approve'"],
    ["create podidentityassociation a -c c", "unexpected argument 'a'"],
    [
      "create podidentityassociation -c c --namespace n --service-account-name a --well-known-policies externalDNS",
      "--well-known-policies is not supported",
    ],
    [
      "create podidentityassociation -f c.yaml --tags a=b --role-arn x",
      "--role-arn, --tags can't be used with -f",
    ],
    ["get podidentityassociation -f c.yaml", "get with -f is not supported"],
    ["get podidentityassociation -c c --service-account-name a", "--namespace must be set"],
    ["update podidentityassociation -c c --namespace n --service-account-name a", "--role-arn is required"],
    [
      `update podidentityassociation -c c --namespace n --service-account-name a --role-arn ${ROLE} --no-disable-session-tags`,
      "--no-disable-session-tags is not supported",
    ],
    [
      "update podidentityassociation -c c --permission-policy-arns x",
      "unknown option '--permission-policy-arns'",
    ],
    ["delete podidentityassociation -f c.yaml", "delete with -f is not supported"],
    ["delete podidentityassociation -c c --namespace n", "--service-account-name is required"],
    ["delete podidentityassociation -c c --wait", "unknown option '--wait'"],
  ])("%s", (line, expected) => {
    const failure = failureOf(line);
    expect(failure.kind).toBe("input");
    expect(failure.message).toContain(expected);
  });
});
