import type { Database, Statement } from "./database.ts";

/** Writes statements as one batch; gives the error when it raised, and then nothing of it was written. */
export async function written(db: Database, statements: readonly Statement[]): Promise<Error | undefined> {
  const [first, ...rest] = statements;
  if (first === undefined) return undefined;
  try {
    await db.batch([first, ...rest]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error("the batch failed", { cause: error });
  }
}
