import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A name that leads to one server now and to another later, as DNS or a virtual address does. */
export interface Forwarder {
  /** The first target's URL, by way of the name. */
  readonly url: string;
  /** Where new connections go from now on. Open ones stay where they are. */
  leadTo(url: string): void;
  /** Passes nothing on any more, and ends nothing either. */
  hush(): void;
  /** Passes on what is new again; what was open while it was silent is ended. */
  speak(): void;
  /** Ends what is open. */
  cut(): void;
  close(): void;
}

export async function openForwarder(first: string): Promise<Forwarder> {
  let target = new URL(first);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket
      .on("error", () => {})
      .on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
  };
  let silent = false;
  const server = createServer((socket) => {
    if (silent) return keep(socket, socket);
    const onward = connect(Number(target.port || 5432), target.hostname);
    keep(socket, onward);
    keep(onward, socket);
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  const url = new URL(first);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    leadTo: (next) => (target = new URL(next)),
    hush() {
      silent = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    speak() {
      silent = false;
      cut();
    },
    cut,
    close() {
      server.close();
      cut();
    },
  };
}
