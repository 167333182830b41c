/** What workerd gives beyond the web's own types, as far as we use it (developers.cloudflare.com/workers/runtime-apis). */
declare module "cloudflare:workers" {
  export abstract class DurableObject<Env> {
    protected readonly ctx: import("./bindings.ts").ObjectState;
    protected readonly env: Env;
    constructor(ctx: import("./bindings.ts").ObjectState, env: Env);
  }
  /** What another Worker calls by a binding that names it. */
  export abstract class WorkerEntrypoint<Env> {
    protected readonly env: Env;
    constructor(ctx: unknown, env: Env);
  }
  /** Keeps the call that is being served alive until the work is done, though its answer has gone out. */
  export function waitUntil(work: Promise<unknown>): void;
}

/** A pipe whose readable end has a length, so that whoever gets it as a body says Content-Length. */
declare class FixedLengthStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(bytes: number);
}

/** A pipe that changes nothing, run by the runtime itself. */
declare class IdentityTransformStream extends TransformStream<Uint8Array, Uint8Array> {}

declare class WebSocketPair {
  readonly 0: import("./bindings.ts").ObjectSocket;
  readonly 1: import("./bindings.ts").ObjectSocket;
}
