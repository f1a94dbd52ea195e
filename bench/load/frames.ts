// Just enough of RFC 6455 for a generator that costs less than what it loads: text, ping and close, nothing fragmented,
// a mask of zeros. (`ws` on both ends took half of the machine.)
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

export const textFrame = (text: string): Buffer => clientFrame(TEXT, Buffer.from(text));

function clientFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(2 + extended + 4 + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(length, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  payload.copy(frame, 2 + extended + 4);
  return frame;
}

export interface Heard {
  text(message: Buffer): void;
  /** To be sent back as it is. */
  ping(pong: Buffer): void;
  close(code: number): void;
}

/** Splits what a server sends into frames; a frame may come in pieces, and several in one. */
export function frameReader(heard: Heard): (chunk: Buffer) => void {
  let left: Buffer = Buffer.alloc(0);
  return (chunk) => {
    let data = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    for (let frame = nextFrame(data); frame !== null; frame = nextFrame(data)) {
      if (frame.opcode === TEXT) heard.text(frame.payload);
      else if (frame.opcode === PING) heard.ping(clientFrame(PONG, frame.payload));
      else if (frame.opcode === CLOSE) heard.close(frame.payload.length < 2 ? 1005 : frame.payload.readUInt16BE(0));
      data = data.subarray(frame.size);
    }
    left = data;
  };
}

function nextFrame(data: Buffer): { opcode: number; payload: Buffer; size: number } | null {
  if (data.length < 2) return null;
  const opcode = (data[0] as number) & 0xf;
  const short = data[1] as number;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (data.length < head) return null;
  const length = short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  const size = head + length;
  return data.length < size ? null : { opcode, payload: data.subarray(head, size), size };
}
