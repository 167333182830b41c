import type { Template } from "../../../domain/plan.ts";
import type { SecretPlan } from "../unit-secrets.ts";
import { volumeName } from "../../volume-name.ts";
import { directoryName } from "./container.ts";

/** Scratch space in the instance's memory, and the directories whose files come from Secret Manager. */
export function volumesOf(template: Template, secrets: SecretPlan): readonly object[] | undefined {
  const volumes = [
    ...template.volumes.map(({ name, sizeGiB }) => ({
      name: volumeName(name),
      emptyDir: { medium: "MEMORY", sizeLimit: `${sizeGiB}Gi` },
    })),
    ...secrets.directories.map(({ secret, files }, index) => ({
      name: directoryName(index),
      secret: { secret, items: files.map(({ name, version }) => ({ path: name, version })) },
    })),
  ];
  return volumes.length === 0 ? undefined : volumes;
}
