import { WorkerEntrypoint } from "cloudflare:workers";
import control from "../../src/main/control.ts";
import edge from "../../src/main/edge.ts";
import type { ControlEnv } from "../../src/main/workers/bindings.ts";

export { AgentLine } from "../../src/main/edge.ts";
export { Clock, Identity, SandboxAccount } from "../../src/main/control.ts";

/** The control Worker behind a service binding. */
export class Control extends WorkerEntrypoint<ControlEnv> {
  fetch(request: Request): Promise<Response> {
    return control.fetch(request, this.env);
  }
}

/** A control Worker that is down. */
export class Down extends WorkerEntrypoint<ControlEnv> {
  fetch(): Promise<Response> {
    throw new Error("the control Worker is down");
  }
}

/** The same without tokens. */
export class DownIdentity extends WorkerEntrypoint<ControlEnv> {
  token(): Promise<never> {
    throw new Error("the control Worker is down");
  }
}

export default edge;
