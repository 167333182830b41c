/** The bindings of the test Worker, made in vitest.config.ts. */
declare module "cloudflare:workers" {
  export const env: {
    readonly DB: import("@cloudflare/workers-types").D1Database;
    readonly MIGRATIONS: readonly import("../../src/store/migrate.ts").Migration[];
  };
}
