import type { Cloud } from "../domain/place.ts";

/** The cloud a person means: by its vendor, its product or the API's own word. */
export function cloudNamed(word: string): Cloud | undefined {
  return WORDS[word.toLowerCase()];
}

/** Every word for a cloud, for a "did you mean". */
export const cloudWords = (): readonly string[] => Object.keys(WORDS);

const WORDS: Readonly<Record<string, Cloud | undefined>> = {
  aws: "ecs",
  ecs: "ecs",
  fargate: "ecs",
  azure: "aci",
  aci: "aci",
  gcp: "cloud-run",
  google: "cloud-run",
  "cloud-run": "cloud-run",
};
