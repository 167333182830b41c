import type { Target } from "../../store/instance.ts";

/** Google's `google.subject` takes no more (IAM, workload identity federation: attribute mappings). */
const MOST_SUBJECT_BYTES = 127;

/** Whom a token speaks for: one target, by ids that are never given again. */
export function subjectOf({ id, project }: Pick<Target, "id" | "project">): string {
  const subject = `berth:${project ?? "instance"}:${id}`;
  if (new TextEncoder().encode(subject).byteLength > MOST_SUBJECT_BYTES)
    throw new Error(`the subject ${subject} is longer than ${MOST_SUBJECT_BYTES} bytes`);
  return subject;
}
