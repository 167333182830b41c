export * from "./schema/agents.ts";
export * from "./schema/gateway.ts";
export * from "./schema/history.ts";
export * from "./schema/instance.ts";
export * from "./schema/money.ts";
export * from "./schema/targets.ts";
export * from "./schema/units.ts";
export * from "./schema/workloads.ts";
