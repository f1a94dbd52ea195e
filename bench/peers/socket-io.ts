// A Socket.IO server with one whiteboard, as its documentation has it: what somebody says, everybody hears.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";

const server = createServer();
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
io.on("connection", (socket) => {
  socket.on("join", async (answer: (text: string) => void) => {
    await socket.join("whiteboard");
    answer("joined");
  });
  socket.on("say", (text: string) => io.to("whiteboard").emit("said", text));
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket` }));
});
