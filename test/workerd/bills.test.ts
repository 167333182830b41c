import { billsContract } from "../store/bills-contract.ts";
import { openD1Store } from "./database.ts";

billsContract("D1", openD1Store);
