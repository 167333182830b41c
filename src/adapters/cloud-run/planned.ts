import type { Unit } from "../../domain/plan.ts";
import type { RunRef } from "../../domain/run.ts";
import type { Owner } from "../cloud-ports.ts";
import type { Document } from "./api.ts";
import type { CloudRunConfig } from "./config.ts";
import { labelsOf } from "./labels.ts";
import { renderDocument } from "./render/documents.ts";
import { planSecrets, type SecretPlan } from "./unit-secrets.ts";

/** The document of a unit (or of a try of it) and the secrets to make before it. Throws `AdapterError` "invalid". */
export function planned(
  unit: Unit,
  config: CloudRunConfig,
  owner: Owner,
  run?: Pick<RunRef, "name" | "timeoutSeconds">,
): { readonly document: Document; readonly secrets: SecretPlan } {
  const { runtimeServiceAccount, remoteRepositories, invoker } = config;
  const secrets = planSecrets(run?.name ?? unit.name, unit.template);
  const labels = labelsOf(unit, owner);
  const document = renderDocument(unit, {
    runtimeServiceAccount,
    remoteRepositories,
    invoker,
    labels,
    secrets,
    timeoutSeconds: run?.timeoutSeconds,
  });
  return { document, secrets };
}
