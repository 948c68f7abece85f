import { AsyncLocalStorage } from "node:async_hooks";
import { TextIndex } from "./text-index.ts";

/** Shorter ones can be words, which have to be shown; where they come in a known form, that form is enough. */
const SHORTEST = 12;
/** As much of a secret as must not come out: as it is cut for a message. */
const PREFIX = 12;
/** The beginning that all keys of one kind share, `-----BEGIN` in PEM and its base64, and how much more than it is looked for. */
const COMMON_BEGINNING = /^(-----BEGIN|LS0tLS1CRUdJ)/;
const COMMON_LENGTH = 48;

const PLACEHOLDER = "[secret]";

/** The secrets that this process has been given or has been told, in every form in which they can come out. */
const known = new TextIndex();

/** The forms of secrets of sessions that end with a part of the run. */
const sessions = new AsyncLocalStorage<string[]>();

/** Those that are replaced by others for as long as a process runs, with their forms, the oldest first. */
const passing = new Map<string, readonly string[]>();
/** So many of them are known: those of the calls in flight and of what was just told of them. */
const MOST_PASSING = 256;

/** Tells of secrets as they are loaded: from then on nothing that is printed has them, or a beginning of them, in it. */
export function keepSecret(...secrets: readonly (string | undefined)[]): void {
  for (const secret of secrets) for (const form of formsOf(secret ?? "")) known.add(form);
}

/** The same of what one session alone has: forgotten where `withSessionSecrets` ends. */
export function keepSessionSecret(...secrets: readonly (string | undefined)[]): void {
  sessionKeeper()(...secrets);
}

/**
 * `keepSessionSecret` of the session in which this is called: what belongs to all sessions may be renewed in one of them, which
 * ends before it.
 */
export function sessionKeeper(): typeof keepSessionSecret {
  const session = sessions.getStore();
  if (session === undefined) return keepSecret;
  return (...secrets) => {
    for (const secret of secrets)
      for (const form of formsOf(secret ?? "")) {
        known.add(form);
        session.push(form);
      }
  };
}

/**
 * Runs what has sessions of its own, and prints what there is to be printed of them: their secrets are forgotten at its end,
 * so that a run of a thousand sessions does not keep them all. After an error, which may yet be printed, they are kept.
 */
export async function withSessionSecrets<T>(run: () => Promise<T>): Promise<T> {
  const forms: string[] = [];
  const result = await sessions.run(forms, run);
  for (const form of forms) known.remove(form);
  return result;
}

/**
 * As `keepSecret`, of those that a process is given again and again, such as a token for each exchange: only the latest are
 * remembered. A watch runs for months.
 */
export function keepPassing(...secrets: readonly (string | undefined)[]): void {
  if (sessions.getStore() !== undefined) return keepSessionSecret(...secrets);
  for (const secret of secrets) {
    if (secret === undefined) continue;
    const forms = passing.get(secret) ?? formsOf(secret);
    if (!passing.delete(secret)) for (const form of forms) known.add(form);
    passing.set(secret, forms);
    const [oldest] = passing;
    if (passing.size <= MOST_PASSING || oldest === undefined) continue;
    passing.delete(oldest[0]);
    for (const form of oldest[1]) known.remove(form);
  }
}

/** Forgets a secret that this process created in order to print it. */
export function handOut(...secrets: readonly string[]): void {
  for (const secret of secrets) for (const form of formsOf(secret)) known.removeAll(form);
}

/** The whole of it, each of its lines, and what stands between quotes: in JSON these are escaped. */
function formsOf(secret: string): string[] {
  const parts = new Set([secret.trim(), ...secret.split(/[\s"]+/)]);
  const forms = [...parts].flatMap((part) => {
    const bytes = Buffer.from(part);
    return [
      part,
      JSON.stringify(part).slice(1, -1),
      encodeURIComponent(part.replace(/[\uD800-\uDFFF]/gu, "")),
      bytes.toString("base64"),
      bytes.toString("base64url"),
    ];
  });
  return forms.filter((form) => form.length >= SHORTEST && !isCommon(form));
}

/** In JSON a quote that is not escaped ends a string. */
const BARE_QUOTE = /(?<!\\)(?:\\\\)*"/;

/** True for what may be in any text: the frame of a key in PEM, and what is JSON's own, which must go on to parse. */
function isCommon(form: string): boolean {
  const isFrame = /^-----(?:BEGIN|END)[\w -]*$/.test(form);
  return isFrame || jsonsOwn(form) === form.length || BARE_QUOTE.test(form);
}

/** What a text begins with that JSON has outside its strings too, the last word of it perhaps cut. */
const JSONS_OWN = /^(?:[\s{}[\],:\d.+-]|true|false|null)*[a-z]{0,4}/;

const SECRET_NAME = /secret|token|passw|bearer|authorization|credential|private|_key$/i;
const NO_SECRET_NAME = /access_key_id$|_file$|_path$|_dir$|_ur[il]$/i;

/** Tells of the values whose names say that they are secrets, and of the passwords in URLs. */
export function keepSecretsOf(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== "string") continue;
    if (SECRET_NAME.test(name) && !NO_SECRET_NAME.test(name) && !/^[.~]?\//.test(value)) keepSecret(value);
    if (value.includes("@")) keepPasswordOf(value);
  }
}

/** Tells of the password in a URL, if there is one. */
function keepPasswordOf(url: string): void {
  const [, userinfo] = /:\/\/([^/\s]*)@/.exec(url) ?? [];
  if (userinfo === undefined) return;
  const password = userinfo.slice(userinfo.indexOf(":") + 1);
  keepSecret(password, userinfo, decoded(password), decoded(userinfo));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** It is tried at every word, and most texts have no `@`. */
const PASSWORD_IN_URL = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/"'<>@\\]{1,512}@/gi;

/**
 * What is secret by its form, whoever it belongs to: a server may say what it was sent, or what was meant for others. None
 * goes on over a quote or a backslash, which may be JSON's.
 */
const SECRET_FORMS: readonly (readonly [RegExp, string])[] = [
  [PASSWORD_IN_URL, `$1${PLACEHOLDER}@`],
  [/\beyJ[\w-]{8,4096}\.[\w-]{8,4096}\.[\w-]{8,4096}/g, PLACEHOLDER],
  [/\bk8s-aws-v1\.[\w-]{8,8192}/g, PLACEHOLDER],
  [/\b(Bearer|Basic) [\w.~+/-]{8,8192}=*/g, `$1 ${PLACEHOLDER}`],
  [/\b(Signature|X-Amz-Security-Token)(=|%3D)[^\s&"'<>,\\]{8,8192}/gi, `$1$2${PLACEHOLDER}`],
  [/(<(?:SecretAccessKey|SessionToken)>)[^<"\s\\]{1,8192}/g, `$1${PLACEHOLDER}`],
  [/(\\?"(?:SecretAccessKey|SessionToken)\\?"\s{0,9}:\s{0,9}\\?")[^"\\]{1,8192}/g, `$1${PLACEHOLDER}`],
  [/(_authToken\s{0,9}=\s{0,9})[^\s"'\\]{1,1024}/g, `$1${PLACEHOLDER}`],
];

/**
 * A text without the secrets that are known, or that can be told by their form; JSON stays JSON. It is what stands between
 * a mistake and a log: messages are to be made without secrets in the first place.
 */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const [form, instead] of SECRET_FORMS)
    if (form !== PASSWORD_IN_URL || clean.includes("@")) clean = clean.replace(form, instead);
  // The longest first: of a secret and its beginning nothing may be left.
  for (const secret of known.beginningIn(clean)) clean = without(clean, secret);
  return clean;
}

/** What begins with an escaped quote: after the first half of another escape, the quote ends a string of JSON. */
const ESCAPED_QUOTE = /^\\+"/;

function without(text: string, secret: string): string {
  const beginning = tellingBeginning(secret);
  let clean = "";
  let from = 0;
  for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, from)) {
    let end = at + beginning.length;
    if (ESCAPED_QUOTE.test(secret) && escapeAt(text, at) !== undefined) {
      clean += text.slice(from, at + 1);
      from = at + 1;
      continue;
    }
    while (end - at < secret.length && text[end] === secret[end - at]) end += 1;
    // An escape of JSON goes whole.
    const start = Math.max(from, escapeAt(text, at)?.start ?? at);
    clean += text.slice(from, start) + PLACEHOLDER;
    from = escapeAt(text, end)?.end ?? end;
  }
  return clean + text.slice(from);
}

/** The shortest beginning of a secret that no other text has: not a number of JSON, if the secret begins with digits. */
function tellingBeginning(secret: string): string {
  const least = COMMON_BEGINNING.test(secret) ? COMMON_LENGTH : PREFIX;
  return secret.slice(0, Math.max(least, jsonsOwn(secret) + 1));
}

function jsonsOwn(text: string): number {
  return JSONS_OWN.exec(text)?.[0].length ?? 0;
}

/** The escape of JSON that has begun before that place, and goes on over it. */
function escapeAt(text: string, at: number): { readonly start: number; readonly end: number } | undefined {
  for (let start = at - 1; start >= Math.max(0, at - 5); start -= 1) {
    if (text[start] !== "\\") continue;
    if (isEscaped(text, start)) return undefined;
    const end = start + (text[start + 1] === "u" ? 6 : 2);
    return end > at ? { start, end } : undefined;
  }
  return undefined;
}

/** True if the character there is escaped by an odd number of backslashes before it. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === "\\") before -= 1;
  return (at - before) % 2 === 1;
}
