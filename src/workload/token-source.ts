import type { Container, Mount, PodSpec, Volume } from "../model/kubernetes-objects.ts";
import { TOKEN_VARIABLE, TOKEN_VOLUME } from "../model/pod-credentials.ts";

/** Where the file in `AWS_WEB_IDENTITY_TOKEN_FILE` comes from. */
export type TokenSource =
  /** A projected token, with the audience that its volume asks for. */
  | { readonly kind: "projected"; readonly volume: string; readonly audience: string }
  /** Nothing is mounted where the webhook mounts the token. */
  | { readonly kind: "unmounted"; readonly found: string }
  /** The volume is there, and has no token at that path. */
  | { readonly kind: "no-token"; readonly found: string }
  /** Something whose content a pod's spec does not tell: a file of the image, or a volume that a process fills. */
  | { readonly kind: "unseen"; readonly found: string };

/** Which variable names the file, and the volume that the webhook adds for it. */
export interface TokenPlace {
  readonly variable: string;
  readonly volume: string;
}

const WEB_IDENTITY: TokenPlace = { variable: TOKEN_VARIABLE, volume: TOKEN_VOLUME };

/** Finds the token file of a container among its mounts: the innermost mount has it. */
export function tokenSourceOf(
  { env, mounts }: Container,
  { volumes }: Pick<PodSpec, "volumes">,
  place: TokenPlace = WEB_IDENTITY,
): TokenSource {
  const value = env[place.variable];
  if (value === undefined) return { kind: "unseen", found: `${place.variable} has its value from elsewhere` };
  const file = posixPath(value);
  const mount = mounts
    .filter(({ path }) => isWithin(file, posixPath(path)))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
  if (mount !== undefined) return inVolume(file, mount, volumes, place);
  const isUsual = file === "" || /[/.]eks\.amazonaws\.com\/serviceaccount\//.test(file);
  if (!isUsual) return { kind: "unseen", found: `${value}, where nothing is mounted` };
  const elsewhere = mounts.find(({ volume }) => volume === place.volume);
  const found =
    elsewhere === undefined
      ? `no mount of ${place.volume}`
      : `${place.volume} is mounted at ${elsewhere.path}`;
  return { kind: "unmounted", found };
}

function inVolume(file: string, mount: Mount, volumes: readonly Volume[], place: TokenPlace): TokenSource {
  const name = mount.volume;
  const tokens = volumes.find((volume) => volume.name === name)?.tokens ?? [];
  const path = [posixPath(mount.subPath), file.slice(posixPath(mount.path).length)]
    .flatMap((part) => part.split("/"))
    .filter((part) => part !== "" && part !== ".")
    .join("/");
  const token = tokens.find((one) => posixPath(one.path) === path);
  if (token !== undefined) return { kind: "projected", volume: name, audience: token.audience };
  // The webhook adds its own volume only if none has that name.
  if (name === place.volume || tokens.length > 0)
    return {
      kind: "no-token",
      found: `volume ${name} has no token ${tokens.length > 0 ? `at '${path}'` : "in it"}`,
    };
  return { kind: "unseen", found: `${file} in volume ${name}` };
}

/** A path without a drive letter, with slashes, and without one at its end. */
function posixPath(path: string): string {
  return path
    .replace(/^[A-Za-z]:/, "")
    .replaceAll("\\", "/")
    .replace(/(?<=.)\/$/, "");
}

function isWithin(file: string, folder: string): boolean {
  return file !== "" && (file === folder || folder === "/" || file.startsWith(`${folder}/`));
}
