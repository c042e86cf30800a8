import type { Socket } from 'node:net';

/** RFC 9113, section 3.4: so begins whoever speaks HTTP/2 without having asked. No request of HTTP/1.1 has this method. */
const preface = Buffer.from('PRI ');

const wrongProtocol =
  'this port takes OTLP over gRPC, which is HTTP/2; OTLP over HTTP has a port of its own, most often 4318\n';
const answer = [
  'HTTP/1.1 400 Bad Request',
  'connection: close',
  'content-type: text/plain',
  `content-length: ${wrongProtocol.length}`,
  '',
  wrongProtocol,
].join('\r\n');

/**
 * Waits for the first bytes of a connection and leaves them where they are. One that is silent for too long is closed, and so is one
 * that speaks HTTP/1.1, with an answer that says what is wrong: it is what an exporter does that was given the wrong port.
 */
export function beginsHttp2(socket: Socket, timeoutMillis: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), timeoutMillis).unref();
    const end = (begins: boolean): void => {
      clearTimeout(timer);
      socket.off('readable', look).off('close', gone);
      resolve(begins);
    };
    const gone = (): void => end(false);
    const look = (): void => {
      const first = socket.read() as Buffer | null;
      // An end is readable, too.
      if (first === null) return;
      const length = Math.min(first.length, preface.length);
      if (first.subarray(0, length).equals(preface.subarray(0, length))) {
        end(true);
        socket.unshift(first);
        return;
      }
      end(false);
      // Not closed at once: a sender that is still writing would see that, and never the answer.
      socket.setTimeout(timeoutMillis, () => socket.destroy());
      socket.resume().end(answer);
    };
    socket.on('readable', look).once('close', gone);
  });
}
