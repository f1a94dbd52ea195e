// What people write first: GraphQL Yoga, Pothos, and one `prisma.update` for each heartbeat. On the product's own tables.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import SchemaBuilder from "@pothos/core";
import { PrismaPg } from "@prisma/adapter-pg";
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLError, GraphQLSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { createYoga } from "graphql-yoga";
import { WebSocketServer } from "ws";
import { PrismaClient, type WhiteboardSession } from "../../src/generated/prisma/client.ts";

const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env["DATABASE_URL"], max: 10 }) });
const builder = new SchemaBuilder({});
builder.queryType({ fields: (t) => ({ ok: t.boolean({ resolve: () => true }) }) });
builder.mutationType({});
const Room = builder.objectRef<WhiteboardSession>("WhiteboardSession").implement({
  fields: (t) => ({
    id: t.exposeID("id"),
    lastActivityAt: t.string({ resolve: (room) => room.studentLastActivityAt?.toISOString() ?? "" }),
  }),
});
builder.mutationField("heartbeat", (t) =>
  t.field({
    type: Room,
    args: { whiteboardSessionId: t.arg.int({ required: true }) },
    resolve: (_root, { whiteboardSessionId: id }) =>
      prisma.whiteboardSession.update({ where: { id }, data: { studentLastActivityAt: new Date() } }),
  }),
);

const yoga = createYoga({ schema: builder.toSchema(), logging: false, graphiql: false });
const server = createServer((req, res) => void yoga(req, res));

interface Enveloped {
  readonly schema: GraphQLSchema;
  readonly parse: (query: string) => DocumentNode;
  readonly validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
  readonly contextFactory: () => Promise<object>;
  readonly execute: (args: ExecutionArgs) => Promise<ExecutionResult>;
  readonly subscribe: (args: ExecutionArgs) => Promise<ExecutionResult>;
}

// As Yoga's documentation has it: every message through the plugins, which cache what was parsed and validated.
useServer(
  {
    execute: (args) => (args.rootValue as Enveloped).execute(args),
    subscribe: (args) => (args.rootValue as Enveloped).subscribe(args),
    async onSubscribe({ extra }, _id, params) {
      const { request, socket } = extra;
      const enveloped = yoga.getEnveloped({ req: request, socket, params }) as Enveloped;
      const { schema, parse, validate, contextFactory } = enveloped;
      const document = parse(params.query);
      const errors = validate(schema, document);
      if (errors.length > 0) return errors;
      return {
        schema,
        operationName: params.operationName,
        document,
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: enveloped,
      };
    },
  },
  new WebSocketServer({ server, path: "/graphql", perMessageDeflate: false }),
);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `ws://127.0.0.1:${port}/graphql` }));
});
