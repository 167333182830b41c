/**
 * The fields of the JSON object a text is; none when it is anything else. Never the parser's own words: they would repeat a piece of what
 * may be a secret.
 */
export function jsonFields(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
