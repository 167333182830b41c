import { meterContract } from "../store/meter-contract.ts";
import { openD1Store } from "./database.ts";

meterContract("D1", openD1Store);
