import type { ArmContainer } from "../arm.ts";
import type { AciSimRules, ImageRule } from "./rules.ts";

/** What the rules say of a container: by the end of its image's name, or by the variable that makes it end. */
export function imageRule({ properties }: ArmContainer, rules: AciSimRules): ImageRule | undefined {
  const { image, environmentVariables = [] } = properties;
  const variable = environmentVariables.find(({ name }) => name === rules.crashVariable);
  if (variable !== undefined) {
    const exitCode = Number.parseInt(variable.value ?? "1", 10);
    return {
      image,
      does: "ends",
      exitCode: Number.isNaN(exitCode) ? 1 : exitCode,
      lines: ["starting", `fatal: it was told to end, leaving with ${variable.value ?? "1"}`],
    };
  }
  return rules.images.find((rule) => image.endsWith(rule.image));
}

/** How long a container of a job runs, ms: as its variable says, or as every job. */
export function jobMsOf({ properties }: ArmContainer, { secondsVariable, delaysMs }: AciSimRules): number {
  const given = properties.environmentVariables?.find(({ name }) => name === secondsVariable)?.value;
  return given === undefined ? delaysMs.job : Number(given) * 1_000;
}
