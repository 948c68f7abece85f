type Environment = Readonly<Record<string, string | undefined>>;

/**
 * True where the locale's characters are UTF-8, so that box-drawing ones can be shown.
 * Source: POSIX.1-2017, Base Definitions, 8.2: the first of the three that is not empty holds. Windows has none of them, and
 * Node writes Unicode to its consoles.
 */
export function isUtf8Locale(env: Environment, platform: string = process.platform): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((one) => one !== undefined && one !== "");
  return locale === undefined ? platform === "win32" : /\.utf-?8(?:@|$)/i.test(locale);
}
