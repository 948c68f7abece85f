import { isWrite, type AwsService, type Parameter, type Parameters } from "./exchange.ts";

/** What a call is, before it is answered. */
export interface CallInfo {
  readonly service: AwsService | "kubernetes";
  /** `CreateRole`; of the Kubernetes API as `create serviceaccounts`. */
  readonly action: string;
  readonly accessKeyId: string | undefined;
  readonly parameters: Parameters;
}

/** One call as it was seen on the wire; its parameters without tokens and secrets. */
export interface RecordedCall extends CallInfo {
  readonly seq: number;
  readonly object?: string;
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
  /** What a Kubernetes response is about: `namespace/name` or `name`; of an access review, the question. */
  readonly object?: string;
}

/** Keeps the calls of a world, in the order in which they came in. */
export class Recorder {
  #calls: RecordedCall[] = [];
  #next = 1;

  /** Notes the beginning of a call; the returned function notes its end, and the record is there from then on. */
  begin(info: CallInfo, write = isWrite(info.action)): (outcome: Outcome) => void {
    const seq = this.#next++;
    const started = performance.now();
    return (outcome) => {
      const { service, action, accessKeyId } = info;
      const parameters = redact(info.parameters) as Parameters;
      const ended = performance.now();
      const call = { seq, service, action, accessKeyId, parameters, started, ended, ...outcome };
      this.#calls.push({ ...call, write });
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

/** `token` is EKS Auth's. */
const SECRET = /^(WebIdentityToken|token|SAMLAssertion|TokenCode|SecretAccessKey|SessionToken)$/;

function redact(value: Parameter): Parameter {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Parameters);
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, SECRET.test(name) ? "(secret)" : redact(inner ?? null)]),
  );
}
