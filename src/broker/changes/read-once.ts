import type { Ports } from "../ports.ts";

/**
 * The ports for one change: what all of its workloads are decided from alike (environment, targets, policies, rates, budgets) is read
 * once, so that a change of many asks the store not much more than each of them must, and all are decided from the same.
 */
export function readOnce(ports: Ports): Ports {
  const { store } = ports;
  return {
    ...ports,
    store: {
      ...store,
      environment: remembered((project: string, name: string) => store.environment(project, name)),
      targets: remembered((project: string) => store.targets(project)),
      policies: remembered((owners: readonly string[]) => store.policies(owners)),
      accountRates: remembered((project: string) => store.accountRates(project)),
      budgets: remembered((project: string) => store.budgets(project)),
    },
  };
}

function remembered<Asked extends readonly (string | readonly string[])[], Answer>(
  read: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  const known = new Map<string, Promise<Answer>>();
  return async (...asked) => {
    const key = JSON.stringify(asked);
    const answer = known.get(key) ?? read(...asked);
    known.set(key, answer);
    return answer;
  };
}
