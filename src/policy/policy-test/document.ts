import { z } from "zod";
import { CHANGE, ENVIRONMENT, PROJECT } from "./change-document.ts";
import { cpu, labels, memory, OFFER, placeText, storage, text } from "./offer-document.ts";

export const MAX_TESTS = 500;
/** As many as a large fleet of places has; the catalog itself has fewer. */
export const MAX_OFFERS = 5_000;
const MAX_EXPECTED = 500;
const MAX_SCALE = 100_000;
const MAX_MATCHES = 50;
const MAX_LAYERS = 20;
const MAX_PLACES = 50;

const anObject = z.record(z.string(), z.unknown());
const fileOr = (what: string) =>
  z.union([text, anObject], { error: `write ${what} as an object, or the name of a file that holds it` });

const policy = z
  .union([text, anObject, z.array(fileOr("the policy")).min(1, "must name at least one").max(MAX_LAYERS)], {
    error: "write the policy as an object, the name of a file that holds it, or a list of them: its layers",
  })
  .describe(
    "The policy under test: a document, the name of a file, or a list of them as layers, widest first.",
  );

const placeMatch = z
  .strictObject({ provider: text.optional(), target: text.optional(), region: text.optional() })
  .refine((match) => Object.keys(match).length > 0, "say a provider, a target or a region");

const needs = z
  .strictObject({
    cpu: cpu.optional(),
    memory: memory.optional(),
    ephemeralStorage: storage.optional(),
    arch: z.enum(["any", "amd64", "arm64"]).optional(),
    scale: z
      .strictObject({ min: z.int().min(0).max(MAX_SCALE), max: z.int().min(0).max(MAX_SCALE) })
      .refine(({ min, max }) => max >= min, "max must not be below min")
      .optional(),
    registries: z.array(text).min(1, "must name at least one, or be left out").max(MAX_MATCHES).optional(),
    labels: labels.optional(),
  })
  .describe("What the workload needs, where a whole spec would say too much; wins over the spec.");

const replicas = z.int("must be a whole number").min(0).max(MAX_SCALE);

const whereItRuns = z.union(
  [
    placeText,
    z.strictObject({
      place: placeText,
      target: text.optional(),
      billing: text.optional(),
      replicas: replicas
        .optional()
        .describe("Replicas that run there and could be kept: they need no new room."),
    }),
  ],
  { error: "write where it runs as provider/region, or an object with place, target, billing and replicas" },
);

const incumbent = z
  .union([whereItRuns, z.array(whereItRuns).min(1, "must name at least one").max(MAX_PLACES)], {
    error: "write where it runs as provider/region, an object with place, or a list of them",
  })
  .describe("Where it runs now; a list where its replicas are divided.");

const given = z
  .strictObject({
    offers: z
      .array(OFFER)
      .min(1, "give at least one, or leave it out")
      .max(MAX_OFFERS)
      .optional()
      .describe("The places there are."),
    catalog: z
      .literal(true, { error: "write true, or leave it out" })
      .optional()
      .describe("Every place of the price book that ships with Berth, for the spec."),
    spec: fileOr("the spec")
      .optional()
      .describe(
        "The workload, or the part of it that matters: a service of half a vCPU and 512 MiB if absent.",
      ),
    needs: needs.optional(),
    incumbent: incumbent.optional(),
    pin: placeMatch.optional().describe("An operator's pin."),
    avoid: z.array(placeMatch).max(MAX_MATCHES).optional().describe("Places an operator avoids."),
    environment: ENVIRONMENT.optional(),
    project: PROJECT.optional(),
    change: CHANGE.optional(),
    now: z.iso
      .datetime({ offset: true, error: "write a time with its offset, such as 2026-12-24T18:00:00Z" })
      .optional()
      .describe("When it is decided. 2026-01-01T12:00:00Z if absent."),
  })
  .describe("What the decision is made from.");

const references = z.array(text).max(MAX_EXPECTED);
const refused = z
  .union([references, z.record(text, z.array(text).max(MAX_EXPECTED))], {
    error: "write a list of offers, or an object of offer -> names of the rules that refuse it",
  })
  .describe("Offers that are refused, and the rules that must be among the reasons.");

const split = z
  .array(z.strictObject({ place: text, replicas }))
  .min(1, "must name at least one place; where it goes nowhere, say placed: nowhere")
  .max(MAX_PLACES)
  .describe("All the places its replicas go to, and how many of scale.min each has.");

const rules = z.array(text).max(MAX_EXPECTED).optional();

const expect = z
  .strictObject({
    placed: text
      .optional()
      .describe(
        "Where it goes, of several places the leading one: an offer, a place, a provider, or nowhere.",
      ),
    split: split.optional(),
    stays: z.boolean("must be true or false").optional().describe("Whether it stays where it runs."),
    order: references.optional().describe("How the ranking begins, best first."),
    rejected: refused.optional(),
    allowed: references.optional().describe("Offers that nothing refuses."),
    tier: text.optional().describe("The tier of the policy that the chosen place is of."),
    because: text
      .optional()
      .describe("Words that the sentence about the choice holds, or of nowhere the one that says why."),
    deny: rules.describe("Exactly the rules that refuse the change."),
    hold: rules.describe("Exactly the rules and freezes that the change waits for."),
    warn: rules.describe("Exactly the rules that warn of the change."),
    audit: rules.describe("Exactly the rules in audit mode that would have spoken."),
  })
  .refine(
    (said) => Object.keys(said).length > 0,
    "expect something: placed, split, stays, order, rejected, allowed, tier; deny, hold, warn or audit of a change",
  )
  .describe("What must come of it.");

const policyTest = z.strictObject({
  name: text.describe("What is guaranteed, as a sentence."),
  policy: policy.optional().describe("Instead of the file's own policy."),
  given,
  expect,
});

/** A file of policy tests. */
export const POLICY_TESTS = z.strictObject({
  policy: policy.optional(),
  tests: z.array(policyTest).min(1, "write at least one test").max(MAX_TESTS),
});

export type PolicyTestFile = z.output<typeof POLICY_TESTS>;
export type GivenDocument = z.output<typeof given>;
export type ExpectDocument = z.output<typeof expect>;
