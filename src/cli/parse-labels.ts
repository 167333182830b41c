import { usage } from "./refusal.ts";

const PAIR = /^([^=\s]{1,63})=([^=\s]{0,63})$/;

/** Labels of `team=shop,tier=web`. Throws a usage `Refusal`. */
export function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").map((part) => {
    const [, key, value] = PAIR.exec(part.trim()) ?? [];
    if (key === undefined || value === undefined)
      throw usage(`${JSON.stringify(part.trim())} is no label: write key=value, divided by commas`);
    return [key, value] as const;
  });
  return Object.fromEntries(pairs);
}
