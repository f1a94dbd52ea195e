import { type ApolloClient, gql } from "@apollo/client";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
// @ts-expect-error -- plain JavaScript, as its readers take it
import { rollcall } from "../../../examples/apollo/client.mjs";

const SESSION = gql`
  {
    session(id: 1) {
      id
      attendance {
        studentStatus
        version
      }
    }
  }
`;

test("an older attendance that comes late does not replace a newer one in Apollo's cache", () => {
  const { cache } = rollcall({
    url: "http://localhost/graphql",
    token: () => "",
    webSocket: WebSocket,
  }) as ApolloClient;
  const write = (studentStatus: string, version: number) => {
    const attendance = { __typename: "Attendance", studentStatus, version };
    cache.writeQuery({ query: SESSION, data: { session: { __typename: "Session", id: "1", attendance } } });
  };
  write("LATE", 2);
  write("PRESENT", 1);
  expect(cache.readQuery({ query: SESSION })).toMatchObject({ session: { attendance: { studentStatus: "LATE" } } });
  write("EXCUSED", 3);
  expect(cache.readQuery({ query: SESSION })).toMatchObject({ session: { attendance: { studentStatus: "EXCUSED" } } });
});
