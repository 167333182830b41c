import { adapterContract } from "../contract.ts";
import { simulatedBench } from "./bench.ts";

adapterContract("Cloud Run over the simulation", simulatedBench);
