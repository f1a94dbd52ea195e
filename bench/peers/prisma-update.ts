// What people write first: GraphQL Yoga, Pothos, and one `prisma.update` for each heartbeat. On the product's own tables.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import SchemaBuilder from "@pothos/core";
import PrismaPlugin from "@pothos/plugin-prisma";
import { PrismaPg } from "@prisma/adapter-pg";
import type { ExecutionArgs } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { createYoga } from "graphql-yoga";
import { WebSocketServer } from "ws";
import { PrismaClient } from "../../src/generated/prisma/client.ts";
import type PrismaTypes from "../../src/generated/pothos.ts";
import { getDatamodel } from "../../src/generated/pothos.ts";

const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env["DATABASE_URL"], max: 10 }) });
const builder = new SchemaBuilder<{ PrismaTypes: PrismaTypes }>({
  plugins: [PrismaPlugin],
  prisma: { client: prisma, dmmf: getDatamodel() },
});
builder.queryType({ fields: (t) => ({ ok: t.boolean({ resolve: () => true }) }) });
builder.mutationType({});
const Room = builder.prismaObject("WhiteboardSession", {
  fields: (t) => ({
    id: t.exposeID("id"),
    lastActivityAt: t.string({ resolve: (room) => room.studentLastActivityAt?.toISOString() ?? "" }),
  }),
});
builder.mutationField("heartbeat", (t) =>
  t.prismaField({
    type: Room,
    args: { whiteboardSessionId: t.arg.int({ required: true }) },
    resolve: (query, _root, { whiteboardSessionId: id }) =>
      prisma.whiteboardSession.update({ ...query, where: { id }, data: { studentLastActivityAt: new Date() } }),
  }),
);

const yoga = createYoga({ schema: builder.toSchema(), logging: false, graphiql: false });
const server = createServer((req, res) => void yoga(req, res));

// As Yoga's documentation has it: every message through the plugins, which cache what was parsed and validated.
type Enveloped = ExecutionArgs & { rootValue: Pick<ReturnType<typeof yoga.getEnveloped>, "execute" | "subscribe"> };
useServer(
  {
    execute: (args) => (args as Enveloped).rootValue.execute(args),
    subscribe: (args) => (args as Enveloped).rootValue.subscribe(args),
    async onSubscribe({ extra }, _id, params) {
      const enveloped = yoga.getEnveloped({ req: extra.request, socket: extra.socket, params });
      const { schema, execute, subscribe, contextFactory, parse, validate } = enveloped;
      const document = parse(params.query) as ExecutionArgs["document"];
      const errors = validate(schema, document) as readonly [];
      if (errors.length > 0) return errors;
      return {
        schema,
        operationName: params.operationName,
        document,
        variableValues: params.variables,
        contextValue: (await contextFactory()) as object,
        rootValue: { execute, subscribe },
      } as ExecutionArgs;
    },
  },
  new WebSocketServer({ server, path: "/graphql", perMessageDeflate: false }),
);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `ws://127.0.0.1:${port}/graphql` }));
});
