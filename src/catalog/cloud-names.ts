import type { Cloud } from "../domain/place.ts";

const WORDS: ReadonlyMap<string, Cloud> = new Map<string, Cloud>([
  ["aws", "ecs"],
  ["ecs", "ecs"],
  ["fargate", "ecs"],
  ["azure", "aci"],
  ["aci", "aci"],
  ["gcp", "cloud-run"],
  ["google", "cloud-run"],
  ["cloud-run", "cloud-run"],
]);

/** What a cloud sells, by the name its bills have. */
export const PRODUCT_NAMES: Readonly<Record<Cloud, string>> = {
  ecs: "Fargate",
  aci: "Container Instances",
  "cloud-run": "Cloud Run",
};

/** The cloud a person means: by its vendor, its product or the API's own word. */
export function cloudNamed(word: string): Cloud | undefined {
  return WORDS.get(word.toLowerCase());
}

/** Every word for a cloud, for a "did you mean". */
export const cloudWords = (): readonly string[] => [...WORDS.keys()];
