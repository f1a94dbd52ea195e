import { textFrame } from "./frames.ts";
import type { MessagesJob, Rate } from "./jobs.ts";
import { type Lane, rateOf } from "./rate.ts";
import { openSocket } from "./socket.ts";

export async function sendMessages({ sockets, seconds, last }: MessagesJob): Promise<Rate> {
  const clients = await Promise.all(sockets.map(openSocket));
  const lanes = clients.map((client, index): Lane => {
    const frame = textFrame(sockets[index]?.message ?? "");
    return {
      exchange(done) {
        client.ended = (why) => done(new Error(`a socket ended: ${why}`));
        client.heard = (message) => {
          if (message.includes('"errors"')) done(new Error(message.toString()));
          else if (message.includes(last)) done(null);
        };
        client.send(frame);
      },
    };
  });
  const rate = await rateOf(lanes, seconds);
  for (const client of clients) client.end();
  return rate;
}
