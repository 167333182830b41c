import type { Because } from "../domain/feature.ts";
import type { Unit } from "../domain/plan.ts";
import type { Driver } from "./drivers/driver.ts";
import { GuardRefusal } from "./guard.ts";
import { hide } from "./hide.ts";
import type { SecretVault, Values } from "./secret-vault.ts";

/** The broker has not handed out what a unit needs yet: that says nothing about the unit. */
export class NotHandedOut extends Error {
  constructor(unit: Unit) {
    super(`the secrets of ${unit.workload} have not come yet`);
    this.name = "NotHandedOut";
  }
}

/**
 * The driver with secrets: values go into what is made, and out of everything that is said of it. `noSecrets` says why this agent is
 * given none, when it is not. Starting throws `NotHandedOut` while they have not come, and `GuardRefusal` when they will not.
 */
export function withSecrets(driver: Driver, vault: SecretVault, noSecrets?: Because): Driver {
  return {
    ...driver,
    async start(unit, replica, signal) {
      const values = vault.valuesFor(unit) ?? noSecrets;
      if (values === undefined) throw new NotHandedOut(unit);
      if (typeof values === "string") throw new GuardRefusal([values]);
      try {
        await driver.start(filledIn(unit, values), replica, signal);
      } catch (error) {
        throw silenced(error, Object.values(values));
      }
    },
    async autopsy(container) {
      const death = await driver.autopsy(container);
      const hidden = vault.hiddenOf(container.mark.unit);
      const lines = death.lines.map((line) => hide(line, hidden));
      return { ...death, reason: hide(death.reason, hidden), lines };
    },
    async lastLines(container) {
      const lines = await driver.lastLines(container);
      return lines.map((line) => hide(line, vault.hiddenOf(container.mark.unit)));
    },
  };
}

/** The unit as a container is made of it: values where references stood. A file that holds a secret still says which. */
export function filledIn(unit: Unit, values: Values): Unit {
  const { template } = unit;
  const value = (reference: string): string => {
    const found = Object.hasOwn(values, reference) ? values[reference] : undefined;
    if (found === undefined) throw new Error(`there is no value for the secret ${reference}`);
    return found;
  };
  const environment = (env: Values, secrets: Values): Values => ({
    ...env,
    ...Object.fromEntries(Object.entries(secrets).map(([name, reference]) => [name, value(reference)])),
  });
  return {
    ...unit,
    template: {
      ...template,
      env: environment(template.env, template.secrets),
      secrets: {},
      files: template.files.map((file) =>
        file.secret === undefined ? file : { ...file, content: value(file.secret) },
      ),
      sidecars: template.sidecars.map((sidecar) => ({
        ...sidecar,
        env: environment(sidecar.env, sidecar.secrets),
        secrets: {},
      })),
    },
  };
}

/** An engine may quote what it was sent. The error stays the one it is, for its kind decides what follows. */
function silenced(error: unknown, values: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  error.message = hide(error.message, values);
  if (error.stack !== undefined) error.stack = hide(error.stack, values);
  return error;
}
