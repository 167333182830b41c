import type { BatchItem, BatchResponse } from "drizzle-orm/batch";
import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";

/** One statement of a batch. */
export type Statement = BatchItem<"sqlite">;

/** What the store needs of an engine: drizzle's statements, and `batch()`, which writes all of them or none. Both D1 and libSQL have it. */
export interface Database extends BaseSQLiteDatabase<"async", unknown> {
  batch<U extends Statement, T extends Readonly<[U, ...U[]]>>(batch: T): Promise<BatchResponse<T>>;
}

/** The most rows one answer of a list without pages may hold. */
export const MAX_LIST = 10_000;
