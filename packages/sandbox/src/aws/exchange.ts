/** The services that the emulated AWS answers for. */
export type AwsService = "iam" | "ec2" | "eks" | "eks-auth" | "sts" | "cloudformation";

/** The services that speak REST with JSON; the others speak the query protocol. */
export type JsonService = "eks" | "eks-auth";

/** True for a service that speaks REST with JSON. */
export function speaksJson(service: AwsService): service is JsonService {
  return service === "eks" || service === "eks-auth";
}

/** An HTTP request as it came in: header names in lower case, the target raw, the body whole. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, percent-encoding untouched (signatures are over these very bytes). */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An HTTP response to be sent. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request parameter: the query protocol knows only strings, JSON bodies the rest too. */
export type Parameter = string | number | boolean | null | readonly Parameter[] | Parameters;

/** An operation's parameters by name, as the API reference spells them. */
export interface Parameters {
  readonly [name: string]: Parameter | undefined;
}

/** A request whose operation has been recognized. */
export interface AwsRequest {
  readonly service: AwsService;
  /** The operation, as `CreateRole`. */
  readonly action: string;
  readonly region: string;
  /** Whose signature it claims to have; absent on unsigned calls, as AssumeRoleWithWebIdentity. */
  readonly accessKeyId: string | undefined;
  readonly parameters: Parameters;
  readonly requestId: string;
  readonly wire: WireRequest;
}

/** Something that answers recognized requests; it may throw AwsError. */
export type Backend = (request: AwsRequest) => Promise<WireResponse>;

/** An error as AWS answers it. `code` is the wire's, e.g. `NoSuchEntity` (which SDKs call NoSuchEntityException). */
export class AwsError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "AwsError";
    this.status = status;
    this.code = code;
  }
}

/** `iam:CreateRole`: the operation as policies, rules and records name it. */
export function qualified(request: Pick<AwsRequest, "service" | "action">): string {
  return `${request.service}:${request.action}`;
}

const WRITES =
  /^(Add|Associate|Attach|Create|Delete|Detach|Disassociate|Put|Register|Remove|Run|Set|Tag|Untag|Update)/;

/** True for operations that change something in AWS. */
export function isWrite(action: string): boolean {
  return WRITES.test(action);
}

/** A string parameter. @throws AwsError ValidationError when it is missing or no string. */
export function text(parameters: Parameters, name: string): string {
  const value = maybeText(parameters, name);
  if (value !== undefined) return value;
  const key = name.charAt(0).toLowerCase() + name.slice(1);
  throw new AwsError(
    400,
    "ValidationError",
    `1 validation error detected: Value at '${key}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A string parameter, or `undefined`. */
export function maybeText(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === "string" ? value : undefined;
}
