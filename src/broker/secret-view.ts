import { secretReference } from "../domain/template.ts";
import type { SecretShare, SecretUse, SecretVersion, StoredSecret } from "../store/store.ts";
import { iso } from "./instants.ts";

/** A workload with units that stand and pin versions of a secret. */
export interface SecretUser {
  readonly environment: string;
  readonly workload: string;
  readonly versions: readonly number[];
}

/** A secret as the API shows it: everything but what it holds. */
export interface SecretView {
  readonly name: string;
  readonly environment: string;
  readonly version: number;
  readonly versions: readonly {
    readonly version: number;
    readonly createdAt: string;
    readonly createdBy: string;
  }[];
  readonly shared?: SecretShare;
  readonly usedBy: readonly SecretUser[];
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** A secret with its versions and those of `uses`, which speak of its name in the whole project, that pin one of them. */
export function secretView(
  secret: StoredSecret,
  versions: readonly SecretVersion[],
  uses: readonly SecretUse[],
): SecretView {
  const { name, environment, version, shared, createdAt, createdBy, updatedAt, updatedBy } = secret;
  return {
    name,
    environment,
    version,
    versions: versions.map((kept) => ({
      version: kept.version,
      createdAt: iso(kept.createdAt),
      createdBy: kept.createdBy,
    })),
    ...(shared === undefined ? {} : { shared }),
    usedBy: usersOf(new Set(versions.map((kept) => kept.version)), uses),
    createdAt: iso(createdAt),
    createdBy,
    updatedAt: iso(updatedAt),
    updatedBy,
  };
}

// Numbers are given once in a project, so they tell the secrets of one name apart.
function usersOf(mine: ReadonlySet<number>, uses: readonly SecretUse[]): readonly SecretUser[] {
  const pins = uses.flatMap(({ environment, workload, reference }) => {
    const { version } = secretReference(reference);
    return version !== undefined && mine.has(version) ? [{ environment, workload, version }] : [];
  });
  const byWorkload = Map.groupBy(pins, ({ environment, workload }) => `${environment}/${workload}`);
  return [...byWorkload.values()].flatMap((list) => {
    const [first] = list;
    if (first === undefined) return [];
    const { environment, workload } = first;
    return [{ environment, workload, versions: list.map(({ version }) => version).sort((a, b) => a - b) }];
  });
}
