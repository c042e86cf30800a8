import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/*
 * As much of a server of WebSockets as Slack's clients need: texts in one frame each, pings, and closing. Source: RFC 6455.
 */

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;
const maxPayloadBytes = 1024 * 1024;

export interface WebSocketHandlers {
  onText: (text: string) => void;
  /** Called once, whoever ended it. */
  onClose: () => void;
}

/** One connection, on the server's side. */
export class WebSocketConnection {
  readonly #socket: Duplex;
  readonly #handlers: WebSocketHandlers;
  #received: Buffer = Buffer.alloc(0);
  #isClosing = false;

  constructor(socket: Duplex, head: Buffer, handlers: WebSocketHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.once('close', () => handlers.onClose());
    if (head.length > 0) this.#receive(head);
  }

  send(text: string): void {
    this.#write(opcodes.text, Buffer.from(text));
  }

  ping(): void {
    this.#write(opcodes.ping, Buffer.from('Ping from applink server'));
  }

  /** As Slack does: with a frame, and without closing what is below it. */
  close(code = 1000): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#write(opcodes.close, payload);
  }

  /** As a network does that fails. */
  destroy(): void {
    this.#socket.destroy();
  }

  #write(opcode: number, payload: Buffer): void {
    if (!this.#socket.writable) return;
    this.#socket.write(Buffer.concat([header(opcode, payload.length), payload]));
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (let frame = readFrame(this.#received); frame !== undefined; frame = readFrame(this.#received)) {
      if (frame === 'wrong') return void this.#socket.destroy();
      this.#received = this.#received.subarray(frame.length);
      this.#take(frame.opcode, frame.payload);
    }
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) this.#handlers.onText(payload.toString());
    else if (opcode === opcodes.ping) this.#write(opcodes.pong, payload);
    else if (opcode === opcodes.close) this.close();
  }
}

/** Answers the handshake. False if it is none, and was refused. */
export function acceptUpgrade(request: IncomingMessage, socket: Duplex): boolean {
  const key = request.headers['sec-websocket-key'];
  if (request.headers.upgrade?.toLowerCase() !== 'websocket' || key === undefined) {
    refuseUpgrade(socket, 400);
    return false;
  }
  const accept = createHash('sha1').update(`${key}${magic}`).digest('base64');
  const lines = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
  socket.write(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'));
  return true;
}

export function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function header(opcode: number, length: number): Buffer {
  const first = 0x80 | opcode;
  if (length < 126) return Buffer.from([first, length]);
  if (length <= 0xffff) return Buffer.from([first, 126, length >> 8, length & 0xff]);
  const long = Buffer.alloc(10);
  long.writeUInt8(first, 0);
  long.writeUInt8(127, 1);
  long.writeBigUInt64BE(BigInt(length), 2);
  return long;
}

interface Frame {
  opcode: number;
  payload: Buffer;
  /** Of the whole frame. */
  length: number;
}

/** The first frame; undefined if it is not there whole. Clients mask what they send (section 5.3), and ours fragment nothing. */
function readFrame(bytes: Buffer): Frame | 'wrong' | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const isWhole = (first & 0xf0) === 0x80;
  const isMasked = (second & 0x80) !== 0;
  if (!isWhole || !isMasked) return 'wrong';
  const short = second & 0x7f;
  const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
  const start = 2 + extra + 4;
  if (bytes.length < start) return undefined;
  const size = extra === 8 ? Number(bytes.readBigUInt64BE(2)) : extra === 2 ? bytes.readUInt16BE(2) : short;
  if (size > maxPayloadBytes) return 'wrong';
  if (bytes.length < start + size) return undefined;
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, start + size));
  for (let i = 0; i < payload.length; i++) payload[i] = payload[i]! ^ mask[i % 4]!;
  return { opcode: first & 0x0f, payload, length: start + size };
}
