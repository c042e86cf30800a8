/** How a request, and so its answer, is written. */
export type Encoding = 'protobuf' | 'json';

export const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** By the media type; parameters such as a charset are let pass. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  const mediaType = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType === contentTypes.protobuf) return 'protobuf';
  return mediaType === contentTypes.json ? 'json' : undefined;
}
