import { storeContract } from "../store/contract.ts";
import { openD1Store } from "./database.ts";

storeContract("D1", openD1Store);
