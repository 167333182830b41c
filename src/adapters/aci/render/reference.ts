/** What stands in a rendered document where a secret's value goes. No base64 and no name can look like it. */
const PREFIX = "berth-secret:";

/** A secret by its reference, as a rendered document names it. */
export const secretMark = (reference: string): string => `${PREFIX}${reference}`;

/** The reference in such a mark, or undefined for any other text. */
export function markedSecret(text: string): string | undefined {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;
}
