/** What vitest.config.ts binds to the test Worker, and what of the runtime only tests need. */
declare module "cloudflare:workers" {
  export const env: import("../../src/main/workers/bindings.ts").ControlEnv & {
    readonly MIGRATIONS: readonly import("../../src/store/migrate.ts").Migration[];
  };
  /** The entry points of the test Worker, as services. */
  export const exports: {
    readonly Control: import("../../src/main/workers/bindings.ts").Service;
    readonly Down: import("../../src/main/workers/bindings.ts").Service;
    readonly Identity: import("../../src/main/workers/bindings.ts").IdentityStub;
    readonly DownIdentity: import("../../src/main/workers/bindings.ts").IdentityStub;
  };
}
declare module "cloudflare:test" {
  /** Puts an object to sleep; its sockets stay open. */
  export function evictDurableObject(stub: unknown): Promise<void>;
  /** Runs inside an object, with its state. */
  export function runInDurableObject<T>(
    stub: unknown,
    work: (object: unknown, state: import("../../src/main/workers/bindings.ts").ObjectState) => Promise<T>,
  ): Promise<T>;
}
