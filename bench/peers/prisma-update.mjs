// What people write first: GraphQL Yoga, Pothos with its Prisma plugin, and one `prisma.update` for each heartbeat. On the
// product's own tables. (JavaScript: the plugin's types would ask for it wherever a schema is built.)
import { createServer } from "node:http";
import SchemaBuilder from "@pothos/core";
import PrismaPlugin from "@pothos/plugin-prisma";
import { PrismaPg } from "@prisma/adapter-pg";
import { useServer } from "graphql-ws/use/ws";
import { createYoga } from "graphql-yoga";
import { WebSocketServer } from "ws";
import { PrismaClient } from "../../src/generated/prisma/client.ts";

const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL, max: 10 }) });
// What the plugin's generator would say of the one model that is used.
const id = { name: "id", kind: "scalar", type: "Int", isRequired: true, isList: false, isUnique: false, isId: true };
const seen = { ...id, name: "studentLastActivityAt", type: "DateTime", isRequired: false, isId: false };
const models = { WhiteboardSession: { fields: [id, seen], primaryKey: null, uniqueIndexes: [] } };
const builder = new SchemaBuilder({
  plugins: [PrismaPlugin],
  prisma: { client: prisma, dmmf: { datamodel: { models } } },
});
builder.queryType({ fields: (t) => ({ ok: t.boolean({ resolve: () => true }) }) });
builder.mutationType({});
const WhiteboardRow = builder.prismaObject("WhiteboardSession", {
  fields: (t) => ({
    id: t.exposeID("id"),
    lastActivityAt: t.string({ resolve: (whiteboard) => whiteboard.studentLastActivityAt?.toISOString() ?? "" }),
  }),
});
builder.mutationField("heartbeat", (t) =>
  t.prismaField({
    type: WhiteboardRow,
    args: { whiteboardSessionId: t.arg.int({ required: true }) },
    resolve: (query, _root, { whiteboardSessionId: id }) =>
      prisma.whiteboardSession.update({ ...query, where: { id }, data: { studentLastActivityAt: new Date() } }),
  }),
);

const yoga = createYoga({ schema: builder.toSchema(), logging: false, graphiql: false });
const server = createServer((req, res) => void yoga(req, res));

// As Yoga's documentation has it: every message through the plugins, which cache what was parsed and validated.
useServer(
  {
    execute: (args) => args.rootValue.execute(args),
    subscribe: (args) => args.rootValue.subscribe(args),
    async onSubscribe({ extra }, _id, params) {
      const { request, socket } = extra;
      const enveloped = yoga.getEnveloped({ req: request, socket, params });
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
  const { port } = server.address();
  console.log(JSON.stringify({ url: `ws://127.0.0.1:${port}/graphql` }));
});
