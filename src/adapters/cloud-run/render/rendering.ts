import type { CloudRunConfig } from "../config.ts";
import type { SecretPlan } from "../unit-secrets.ts";

/** What a document takes from elsewhere than the unit: the target's settings, the mark, and where secrets will be. */
export interface Rendering extends Pick<
  CloudRunConfig,
  "runtimeServiceAccount" | "remoteRepositories" | "invoker"
> {
  /** The mark and the spec's own labels. */
  readonly labels: Readonly<Record<string, string>>;
  readonly secrets: SecretPlan;
  /** How long a try of a job may take; absent for what is none, and where its run does not say. */
  readonly timeoutSeconds?: number | undefined;
}
