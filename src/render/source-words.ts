import type { Source } from "../domain/spec.ts";

/** Characters of a commit that are enough to find it. */
const COMMIT_CHARACTERS = 7;

/** ` from acme/web@3f9d1c2, <run>` where a deploy said which commit it was, else nothing. */
export function sourceWords(source: Source | undefined): string {
  if (source?.commit === undefined) return "";
  const run = source.runUrl === undefined ? "" : `, ${source.runUrl}`;
  return ` from ${source.repo === undefined ? "" : `${source.repo}@`}${source.commit.slice(0, COMMIT_CHARACTERS)}${run}`;
}
