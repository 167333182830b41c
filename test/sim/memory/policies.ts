import type { PolicyStore, StoredPolicy } from "../../../src/store/policy-store.ts";

/** Stored policies in memory: each version, and a removal as a version without a document. */
export function policies(): PolicyStore {
  const rows: (Omit<StoredPolicy, "document"> & {
    readonly document: StoredPolicy["document"] | undefined;
  })[] = [];
  const versionsOf = (owner: string, name: string) =>
    rows.filter((row) => row.owner === owner && row.name === name);
  const inForce = (row: (typeof rows)[number] | undefined): StoredPolicy | undefined =>
    row?.document === undefined ? undefined : { ...row, document: row.document };
  const latest = (owner: string, name: string) => versionsOf(owner, name).at(-1);
  return {
    async putPolicy(policy, ifVersion) {
      const last = latest(policy.owner, policy.name);
      const version = inForce(last)?.version ?? 0;
      if (ifVersion !== undefined && version !== ifVersion) return undefined;
      const row = { ...policy, version: (last?.version ?? 0) + 1 };
      rows.push(row);
      return row;
    },
    policy: async (owner, name, version) =>
      inForce(
        version === undefined
          ? latest(owner, name)
          : versionsOf(owner, name).find((row) => row.version === version),
      ),
    lastPolicy: async (owner, name) =>
      inForce(versionsOf(owner, name).findLast(({ document }) => document !== undefined)),
    async policies(owners) {
      const names = new Map(rows.map(({ owner, name }) => [JSON.stringify([owner, name]), { owner, name }]));
      const standing = [...names.values()].flatMap(({ owner, name }) => inForce(latest(owner, name)) ?? []);
      return standing
        .filter(({ owner }) => owners.includes(owner))
        .sort((a, b) => (JSON.stringify([a.owner, a.name]) < JSON.stringify([b.owner, b.name]) ? -1 : 1));
    },
    async deletePolicy(policy, ifVersion) {
      const last = inForce(latest(policy.owner, policy.name));
      if (last === undefined || (ifVersion !== undefined && last.version !== ifVersion)) return false;
      rows.push({ ...policy, hash: "", document: undefined, version: last.version + 1 });
      return true;
    },
  };
}
