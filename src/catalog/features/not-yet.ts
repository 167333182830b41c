import type { Feature } from "../../domain/feature.ts";
import { type Capability, dropped } from "./capability.ts";

/** What a spec may say and Berth itself does not serve yet, whatever the place. Each goes away with the room that serves it. */
export const NOT_YET = {
  "private-access": dropped(
    "Berth's gateway does not hand out route keys yet, so a private route could not be called: set route.access to public",
  ),
  "before-hooks": dropped(
    "Berth does not run before hooks yet: run the step in your pipeline before the deploy",
  ),
  canary: dropped("Berth does not do canary rollouts yet: use rollout.strategy rolling"),
  "start-order": dropped(
    "Berth does not order the workloads of a change yet: remove after, and deploy in the order you need",
  ),
} as const satisfies Partial<Record<Feature, Capability>>;
