import { AwsError, isWrite, speaksJson, type AwsRequest, type Backend, type Parameters } from "./exchange.ts";
import type { StateStore } from "./state-store.ts";
import type { AwsAccountState } from "./state.ts";
import { answer, type Result } from "./wire-format.ts";

/** What an operation works with. */
export interface OperationContext {
  readonly parameters: Parameters;
  /** The caller's account: a copy to be changed for operations that write, the visible state for others. */
  readonly awsAccount: AwsAccountState;
  readonly region: string;
  readonly now: Date;
  /** Tells the ARNs of the emulation's IAM users; it has no operations to make more. */
  readonly isUser: (arn: string) => boolean;
}

/** An operation of IAM or EKS; IAM has some that answer nothing. It throws AwsError. */
export type Operation = (context: OperationContext) => Result | undefined;

/** Operations by name. */
export type Operations = Readonly<Record<string, Operation>>;

/** Runs a service's operations on the caller's account in the store. */
export function operationsBackend(operations: Operations, store: StateStore): Backend {
  return async (request) => {
    const operation = operations[request.action];
    if (operation === undefined) throw unknownOperation(request);
    const awsAccount = store.find(request.accessKeyId ?? "")?.principal.awsAccount ?? "";
    const context = {
      parameters: request.parameters,
      region: request.region,
      now: new Date(),
      isUser: (arn: string) => store.isUser(arn),
    };
    const run = (state: AwsAccountState) => operation({ ...context, awsAccount: state });
    return answer(
      request,
      isWrite(request.action) ? store.write(awsAccount, run) : run(store.read(awsAccount)),
    );
  };
}

/** The refusal of an operation that is not emulated; as AWS answers operations that it does not know. */
export function unknownOperation({ service, action }: AwsRequest): AwsError {
  if (speaksJson(service)) return new AwsError(404, "UnknownOperationException", `${action} is not emulated`);
  return new AwsError(400, "InvalidAction", `Could not find operation ${action}: it is not emulated`);
}
