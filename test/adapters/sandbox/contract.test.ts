import { adapterContract } from "../contract.ts";
import { sandboxBench } from "./bench.ts";

adapterContract("the sandbox of ECS", () => sandboxBench("ecs"));
adapterContract("the sandbox of Container Instances", () => sandboxBench("aci"));
adapterContract("the sandbox of Cloud Run", () => sandboxBench("cloud-run"));
