import { runsContract } from "../store/runs-contract.ts";
import { openD1Store } from "./database.ts";

runsContract("D1", openD1Store);
