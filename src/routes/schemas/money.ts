import { z } from "zod";
import { LADDER_STEPS } from "../../domain/budget.ts";
import { PROVIDERS } from "../../domain/place.ts";
import { labels, time, usd } from "./parts.ts";

const day = z.string().describe("A day, UTC: 2026-11-22.");
const drift = {
  billedUsd: usd
    .optional()
    .describe("What providers' bills have for this usage; never a part of usd. Absent where no bill is in."),
  comparedUsd: usd.optional().describe("The part of usd at the targets and on the days that bills cover."),
  driftUsd: usd.optional().describe("billedUsd less comparedUsd: above zero, more was billed than metered."),
};
const amounts = {
  usd: usd.describe("What it comes to as metered: meteredUsd and estimatedUsd together."),
  listUsd: usd.describe("At published prices."),
  meteredUsd: usd,
  estimatedUsd: usd,
  ...drift,
  bill: z
    .strictObject({
      invoicedUsd: usd.describe("billedUsd as the invoice has it, without what was paid beforehand."),
      purchaseUsd: usd,
      taxUsd: usd,
      creditUsd: usd,
      adjustmentUsd: usd.describe("Corrections of days that no bill covers among them."),
    })
    .optional()
    .describe("The rest of the bill, apart: in no other amount."),
};
const period = { from: day, to: day.describe("The first day that counts no more.") };
const behindSince = time
  .optional()
  .describe(
    "Something happened then that the meter has not taken in yet; the amounts lack what follows from it.",
  );
const bounds = { spentUsd: usd, expectedUsd: usd, lowUsd: usd, highUsd: usd, ...drift };
const change = {
  beforeUsd: usd,
  afterUsd: usd,
  changeUsd: usd,
  parts: z
    .strictObject({
      priceUsd: usd.describe("The same work at other rates."),
      usageUsd: usd.describe("More or fewer requests, bytes and logs."),
      replicasUsd: usd.describe("More or fewer replicas, for longer or shorter, or of another size."),
      movesUsd: usd.describe("The same work in other places."),
      newUsd: usd.describe("Workloads that cost nothing before."),
      removedUsd: usd.describe("Workloads that cost nothing any more."),
    })
    .describe("They add up to changeUsd exactly."),
};

const rung = z.strictObject({
  atPercent: z.int(),
  do: z.enum(LADDER_STEPS),
  graceMinutes: z.int(),
});
const step = z
  .strictObject({
    do: z.enum(LADDER_STEPS),
    atPercent: z.int(),
    announcedAt: time,
    actsAt: time.describe("When its grace ends."),
    actedAt: time.optional(),
    spendUsd: usd.describe("What was spent when it was announced."),
    outcome: z.string().optional(),
  })
  .meta({ id: "BudgetStep" });
const budget = z
  .strictObject({
    name: z.string(),
    usdPerMonth: usd,
    select: z.strictObject({ environments: z.array(z.string()).optional(), workloads: labels.optional() }),
    ladder: z.array(rung),
    overrideUntil: time.optional(),
    version: z.int(),
    createdAt: time,
    updatedAt: time,
    month: z.string(),
    spentUsd: usd,
    spentPercent: z.int(),
    spentKnown: z
      .boolean()
      .describe("False while the meter is too far behind to tell; then the ladder rests."),
    reservedUsd: usd.describe(
      "What the plans in force may cost a month at most: time-based lines at scale.max.",
    ),
    capUsd: usd
      .optional()
      .describe(
        "The most that plans may reserve together: the share at which the ladder has block-new. Absent where it has none, and then no deploy is refused.",
      ),
    blocksNew: z.boolean(),
    steps: z.array(step).describe("What its ladder did this month."),
  })
  .meta({ id: "Budget" });

const bill = z
  .strictObject({
    target: z.string(),
    month: z.string(),
    from: day.describe("First day that it covers: on these days it is held against what was metered."),
    to: day.describe("The first day that it covers no more."),
    rows: z.int(),
    importedAt: time,
    importedBy: z.string(),
  })
  .meta({ id: "Bill" });

export const moneyAnswers = {
  CostPage: z.strictObject({
    ...period,
    groupBy: z.string(),
    total: z.strictObject(amounts),
    groups: z.array(z.strictObject({ key: z.string(), ...amounts })),
    bills: z.array(bill).optional().describe("The bills that cover any of these days."),
    next: z.string().optional(),
    behindSince,
  }),
  CostChange: z.strictObject({
    before: z.strictObject(period),
    after: z.strictObject(period),
    total: z.strictObject(change),
    workloads: z.array(z.strictObject({ workload: z.string(), ...change })),
    omitted: z.int().describe("Workloads that changed less than those listed."),
  }),
  CostForecast: z.strictObject({
    month: z.string(),
    now: time,
    how: z.string(),
    total: z.strictObject(bounds),
    workloads: z.array(z.strictObject({ key: z.string(), ...bounds, budgets: z.array(z.string()) })),
    behindSince,
  }),
  TargetBills: z.strictObject({
    target: z.string(),
    provider: z.enum(PROVIDERS),
    account: z
      .string()
      .optional()
      .describe("SubAccountId of the charges: the account, subscription or project. Sandboxes have none."),
    marks: labels.describe("Tags that all charges of this project carry, and their values."),
    unitMark: z.string().describe("The tag that says which unit a charge is for."),
    bills: z.array(bill),
  }),
  BillPage: z.strictObject({
    kept: z.int(),
    refused: z.array(
      z.strictObject({
        reason: z.string(),
        message: z.string(),
        count: z.int(),
        usd: usd.describe("What these lines come to."),
        example: z.string().describe("The first such line's unit."),
      }),
    ),
  }),
  Bill: bill,
  Budget: budget,
  BudgetList: z.strictObject({ budgets: z.array(budget) }),
};
