import { and, eq, type Column, type SQL } from "drizzle-orm";
import type { Scope } from "./store.ts";

/** The columns that begin every tenant table's key. */
interface ScopeColumns {
  readonly project: Column;
  readonly environment: Column;
}

/** Rows of one tenant's environment that belong to one workload: the only way tenant rows are named. */
export function ofWorkload(
  table: ScopeColumns & { readonly workload: Column },
  scope: Scope,
  workload: string | SQL,
): SQL {
  return all(
    eq(table.project, scope.project),
    eq(table.environment, scope.environment),
    eq(table.workload, workload),
  );
}

/** `and`, for conditions that are all there. */
export function all(first: SQL, ...rest: readonly SQL[]): SQL {
  return and(first, ...rest) ?? first;
}
