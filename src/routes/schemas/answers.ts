import { z } from "zod";
import { FAULT_STATUS } from "../../domain/fault.ts";
import { agentAnswers } from "./agents.ts";
import { catalogAnswers } from "./catalog.ts";
import { issuerAnswers } from "./issuer.ts";
import { moneyAnswers } from "./money.ts";
import type { AnswerName } from "./names.ts";
import { planAnswers } from "./plans.ts";
import { policyAnswers } from "./policies.ts";
import { priceAnswers } from "./prices.ts";
import { receiptAnswers } from "./receipts.ts";
import { runAnswers } from "./runs.ts";
import { simulationAnswers } from "./simulation.ts";
import { tenancyAnswers } from "./tenancy.ts";
import { whetherAnswers } from "./whether.ts";
import { workloadAnswers } from "./workloads.ts";
import { secretAnswers } from "./secrets.ts";

const codes = Object.keys(FAULT_STATUS);

/** Every answer of 400 or more (RFC 9457). Some codes carry more: `plan-failed` its plan, `no-placement` its reasons. */
export const problemSchema = z.looseObject({
  type: z.string().describe("Where the code is explained."),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe("What is wrong, and what to change."),
  code: z.enum(codes).describe("Stable; branch on this."),
  instance: z.string(),
  requestId: z.string(),
  errors: z
    .array(
      z.strictObject({
        pointer: z.string().describe("JSON pointer into the body, or ?name."),
        detail: z.string(),
      }),
    )
    .describe("The fields that are wrong."),
});

/** The schema of every named answer. */
export const ANSWERS: Readonly<Record<AnswerName, z.ZodType>> = {
  ...planAnswers,
  ...policyAnswers,
  ...simulationAnswers,
  ...receiptAnswers,
  ...workloadAnswers,
  ...runAnswers,
  ...whetherAnswers,
  ...tenancyAnswers,
  ...secretAnswers,
  ...issuerAnswers,
  ...agentAnswers,
  ...catalogAnswers,
  ...priceAnswers,
  ...moneyAnswers,
  Health: z.strictObject({ status: z.literal("ok") }),
  Document: z.looseObject({}),
};
