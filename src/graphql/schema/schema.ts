import type { GraphQLFieldResolver, GraphQLSchema } from "graphql";
import { builder } from "./builder.ts";
import "./attendance.ts";
import "./connection.ts";
import "./presence.ts";
import "./session.ts";
import "./session.ts";
import "./suggestion.ts";
import "./user.ts";
import "./whiteboard.ts";
import type { Context } from "../execution/context.ts";

/** The whole public schema; `schema.graphql` is printed from it. */
export const schema = measured(builder.toSchema());

/** Most of what an operation takes of the event loop follows the answer of its first statement. */
function measured(whole: GraphQLSchema): GraphQLSchema {
  for (const type of [whole.getQueryType(), whole.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const resolve = field.resolve as GraphQLFieldResolver<unknown, Context> | undefined;
      if (resolve === undefined) continue;
      field.resolve = (source, args, context: Context, info) => {
        const { usage } = context;
        const result: unknown = resolve(source, args, context, info);
        if (usage === null || !(result instanceof Promise)) return result;
        return result.then((value: unknown) => {
          usage.resumed();
          return value;
        });
      };
    }
  }
  return whole;
}
