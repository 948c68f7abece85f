import { isWrite, type AwsRequest, type AwsService, type Parameter, type Parameters } from "./exchange.ts";

/** One call as it was seen on the wire. */
export interface RecordedCall {
  readonly seq: number;
  readonly service: AwsService;
  readonly action: string;
  readonly accessKeyId: string | undefined;
  /** Without tokens and secrets. */
  readonly parameters: Parameters;
  /** Monotonic milliseconds (performance.now). */
  readonly started: number;
  readonly ended: number;
  /** 0 when the connection was broken. */
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly write: boolean;
}

/** How a call ended. */
export interface Outcome {
  readonly status: number;
  readonly errorCode: string | undefined;
}

/** Keeps the calls of a world, in the order in which they came in. */
export class Recorder {
  #calls: RecordedCall[] = [];
  #next = 1;

  /** Notes the beginning of a call; the returned function notes its end, and the record is there from then on. */
  begin(request: AwsRequest): (outcome: Outcome) => void {
    const seq = this.#next++;
    const started = performance.now();
    return (outcome) => {
      const { service, action, accessKeyId } = request;
      const parameters = redact(request.parameters) as Parameters;
      const ended = performance.now();
      const call = { seq, service, action, accessKeyId, parameters, started, ended, ...outcome };
      this.#calls.push({ ...call, write: isWrite(action) });
    };
  }

  /** The finished calls. */
  calls(): readonly RecordedCall[] {
    return this.#calls.toSorted((a, b) => a.seq - b.seq);
  }

  clear(): void {
    this.#calls = [];
  }
}

const SECRET = /^(WebIdentityToken|SAMLAssertion|TokenCode|SecretAccessKey|SessionToken)$/;

function redact(value: Parameter): Parameter {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Parameters);
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, SECRET.test(name) ? "(secret)" : redact(inner ?? null)]),
  );
}
