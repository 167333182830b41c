import type { Because, Feature } from "../../domain/feature.ts";

/** What a spec may say and Berth itself does not serve yet, whatever the place. Each goes away with the room that serves it. */
export const NOT_YET = {
  job: "Berth does not run jobs yet: use kind service or worker",
  secrets: "Berth does not deliver secrets yet: remove secrets, or put values that are no secret into env",
  "secret-files": "Berth does not deliver secret files yet: give the file's content instead of a secret",
  "private-access":
    "Berth's gateway does not hand out route keys yet, so a private route could not be called: set route.access to public",
  "before-hooks": "Berth does not run before hooks yet: run the step in your pipeline before the deploy",
  canary: "Berth does not do canary rollouts yet: use rollout.strategy rolling",
  schedule: "Berth does not start anything by schedule yet: remove job.schedule",
  "data-gravity": "Berth does not weigh talksTo yet: remove it, and name the regions in your policy",
  "start-order": "Berth deploys one workload at a time yet: remove after, and deploy in the order you need",
} as const satisfies Partial<Record<Feature, Because>>;
