/**
 * What an answer begins with; the rest is not waited for. Once there is a status, it says what became of the request, whatever
 * becomes of the rest of the answer: one that breaks off is what came until then.
 */
export async function readBeginning(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBytes) break;
    }
  } catch {
    // What came until then is all there is.
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}
