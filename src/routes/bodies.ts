import { z } from "zod";
import { labelKeyProblem, labelValueProblem } from "../domain/label.ts";
import { idProblem } from "../domain/name.ts";
import { PROVIDERS } from "../domain/place.ts";

/** Labels a project, an environment or a selector may have. */
const MAX_LABELS = 32;
const MAX_SENTENCE = 500;
const MAX_REPLICAS = 1_000;

/** Text that a rule of the domain judges: the rule's sentence is the error. */
const judged = (problemOf: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

/** A name by the grammar of ids. */
export const id = judged(idProblem);
/** One line for people: why something was done. */
export const sentence = z.string().min(1).max(MAX_SENTENCE);

export const labels = z
  .record(judged(labelKeyProblem), judged(labelValueProblem))
  .refine((map) => Object.keys(map).length <= MAX_LABELS, { error: `at most ${MAX_LABELS} labels` });

/** ISO 8601 with a zone, as ms since the epoch. */
export const instant = z.iso
  .datetime({ offset: true, error: "write a time such as 2026-12-01T08:00:00Z" })
  .transform((text) => Date.parse(text));

export const placeMatch = z.strictObject({
  provider: z.enum(PROVIDERS).optional(),
  target: id.optional(),
  region: id.optional(),
});

export const replicaRange = z
  .strictObject({
    min: z.int().min(0).max(MAX_REPLICAS),
    max: z.int().min(1).max(MAX_REPLICAS),
  })
  .refine(({ min, max }) => min <= max, { error: "max is at least min", path: ["max"] });

/** Where a revision came from. */
export const source = z.strictObject({
  repo: z.string().max(MAX_SENTENCE).optional(),
  commit: z.string().max(128).optional(),
  ref: z.string().max(255).optional(),
  runUrl: z.string().max(2_000).optional(),
  sequence: z.int().min(0).optional(),
});
