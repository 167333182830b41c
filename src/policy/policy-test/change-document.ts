import { z } from "zod";
import { isDecimal } from "../../domain/money.ts";
import { CHANGE_KINDS } from "../rules/rule.ts";
import { labels, placeText, text } from "./offer-document.ts";

const MAX_PLACES = 100;
const MAX_REPLICAS = 100_000;

const kind = z.enum(CHANGE_KINDS);
const places = z.array(placeText).max(MAX_PLACES);
const usd = z
  .union([z.string(), z.number()], { error: 'write USD a month as a decimal, such as "12.50"' })
  .transform(String)
  .refine((amount) => isDecimal(amount) && !amount.startsWith("-"), 'write a decimal, such as "12.50"');
const replicas = z.strictObject({
  min: z.int().min(0).max(MAX_REPLICAS),
  max: z.int().min(0).max(MAX_REPLICAS),
});

/** A change that rules judge; what is left out is a plain deploy of the spec by a pipeline. */
export const CHANGE = z
  .strictObject({
    kind: z
      .union([kind, z.array(kind).min(1, "must name at least one")], {
        error: `write one of ${CHANGE_KINDS.join(", ")}, or a list of them`,
      })
      .optional()
      .describe("deploy if absent."),
    actor: text.optional().describe("Who: token:ci if absent; berth is Berth itself."),
    reason: text.optional(),
    emergency: z.boolean("must be true or false").optional().describe("Passes freezes and approvals."),
    source: z
      .strictObject({
        repo: text.optional(),
        commit: text.optional(),
        ref: text.optional(),
        runUrl: text.optional(),
        sequence: z.int().min(0).optional(),
      })
      .optional()
      .describe("The commit it comes from."),
    image: text.optional().describe("The spec's image if absent."),
    creates: z
      .boolean("must be true or false")
      .optional()
      .describe("Whether the workload is new: if nothing runs, if absent."),
    moves: z
      .boolean("must be true or false")
      .optional()
      .describe("Whether it goes elsewhere: what the placement says, if absent."),
    from: places.optional().describe("Where it runs: the incumbent's place if absent."),
    to: places.optional().describe("Where it goes: where it is placed if absent."),
    price: z
      .strictObject({ before: usd.optional(), after: usd.optional() })
      .optional()
      .describe("Expected USD a month: those of the offers if absent."),
    replicas: z.strictObject({ before: replicas.optional(), after: replicas.optional() }).optional(),
  })
  .describe("The change that the policy's rules and freezes judge.");
export type ChangeDocument = z.output<typeof CHANGE>;

/** The environment a workload is in. */
export const ENVIRONMENT = z
  .union(
    [
      text,
      z.strictObject({
        name: text.optional(),
        class: z.enum(["production", "staging", "preview"]).optional(),
        protected: z.boolean("must be true or false").optional(),
        labels: labels.optional(),
      }),
    ],
    { error: "write the environment's name, or an object with name, class, protected and labels" },
  )
  .describe("production, of class production, if absent.");

/** The project a workload is in. */
export const PROJECT = z
  .strictObject({ name: text.optional(), labels: labels.optional() })
  .describe("The project, with the labels that administrators set.");
