import { asc, eq, sql } from "drizzle-orm";
import { fleetReviews } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import type { FleetReview, ViolationStore } from "./violation-store.ts";

/** How far the look at each project's fleet has come. */
export function fleetReviewStore(
  db: Database,
): Pick<ViolationStore, "fleetReview" | "putFleetReview" | "openFleetReviews"> {
  return {
    async fleetReview(project) {
      const rows = await db.select().from(fleetReviews).where(eq(fleetReviews.project, project));
      return rows.map(reviewOf)[0];
    },
    async putFleetReview({ project, mark, after = null }) {
      await db
        .insert(fleetReviews)
        .values({ project, mark, after })
        .onConflictDoUpdate({ target: fleetReviews.project, set: { mark, after } });
    },
    async openFleetReviews(limit) {
      const rows = await db
        .select()
        .from(fleetReviews)
        .where(sql`after is not null`)
        .orderBy(asc(fleetReviews.project))
        .limit(limit);
      return rows.map(reviewOf);
    },
  };
}

const reviewOf = ({ after, ...row }: typeof fleetReviews.$inferSelect): FleetReview =>
  after === null ? row : { ...row, after };
