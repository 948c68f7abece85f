/** A word of ours, as `service-account` or `issuer keys`, as keys and enum values of JSON are written: `serviceAccount`. */
export function camelCase(word: string): string {
  return word.replaceAll(/[- ]([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
