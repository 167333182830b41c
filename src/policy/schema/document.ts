import { z } from "zod";
import { HARD_FIELDS } from "./hard.ts";
import { labels, names, someOf } from "./parts.ts";
import { SOFT_FIELDS } from "./soft.ts";
import { WHETHER_FIELDS } from "./whether.ts";

/** The document of a policy, as a spec has it inline. */
export const POLICY = z.strictObject({ ...HARD_FIELDS, ...SOFT_FIELDS, ...WHETHER_FIELDS });

const select = z
  .strictObject({
    projects: z
      .strictObject({ labels: labels.describe("Labels of the project.") })
      .optional()
      .describe("Which projects; for a policy of the instance only."),
    environments: z
      .strictObject({
        names: names.optional().describe("Of these names."),
        classes: someOf(z.enum(["production", "staging", "preview"]), 3)
          .optional()
          .describe("Of these classes."),
        labels: labels.optional().describe("Labels that administrators gave the environment."),
      })
      .optional()
      .describe("Which environments; all where left out."),
  })
  .describe(
    "Where the policy is mandatory: every part that is there must hold. Without it, it counts only where a spec names it.",
  );

/** The document of a policy as it is stored: it may also say where it is mandatory. */
export const STORED_POLICY = z.strictObject({ ...POLICY.shape, select: select.optional() });
