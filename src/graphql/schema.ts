import { builder } from "./builder.ts";
import "./attendance.ts";
import "./connection.ts";
import "./presence.ts";
import "./session.ts";
import "./session-changes.ts";
import "./suggestion.ts";
import "./user.ts";
import "./whiteboard.ts";

/** The whole public schema; `schema.graphql` is printed from it. */
export const schema = builder.toSchema();
