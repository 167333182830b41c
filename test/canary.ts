/**
 * What tests of secrets put as a value: it must come out nowhere but where a container gets it. `npm test` looks for it in everything that
 * any test prints.
 */
export const CANARY = "canary+of/the&secrets=7f3a9c";

/** How a text may hide: as it is, encoded for addresses and JSON, in hex, and in base64 at each of the three offsets. */
export function formsOf(value: string): readonly string[] {
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.from("\u0000".repeat(offset) + value).toString("base64");
    // What neighbours share a character with the value is left out at both ends.
    return text.slice(offset === 0 ? 0 : 4, -4);
  });
  const plain = [value, encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice(2)];
  const urlSafe = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const hex = Buffer.from(value).toString("hex");
  return [
    ...new Set([...plain, JSON.stringify(value).slice(1, -1), hex, hex.toUpperCase(), ...base64, ...urlSafe]),
  ];
}

/** The forms of the canary that a text holds. */
export function canariesIn(text: string): readonly string[] {
  return formsOf(CANARY).filter((form) => text.includes(form));
}
