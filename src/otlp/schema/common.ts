import {
  bool,
  bytes,
  double,
  embedded,
  int64,
  Message,
  message,
  repeated,
  string,
  uint32,
} from './schema.ts';

// opentelemetry/proto/common/v1/common.proto and opentelemetry/proto/resource/v1/resource.proto, without the
// *_strindex fields, which only profiles may use.

export const anyValue = new Message(1);

export const keyValue = message(1, {
  key: string(1),
  value: embedded(2, anyValue),
});

const arrayValue = message(1, { values: repeated(embedded(1, anyValue)) });

const keyValueList = message(1, { values: repeated(embedded(1, keyValue)) });

anyValue.define({
  stringValue: string(1),
  boolValue: bool(2),
  intValue: int64(3),
  doubleValue: double(4),
  arrayValue: embedded(5, arrayValue),
  kvlistValue: embedded(6, keyValueList),
  bytesValue: bytes(7),
});

export const instrumentationScope = message(1, {
  name: string(1),
  version: string(2),
  attributes: repeated(embedded(3, keyValue)),
  droppedAttributesCount: uint32(4),
});

const entityRef = message(1, {
  schemaUrl: string(1),
  type: string(2),
  idKeys: repeated(string(3)),
  descriptionKeys: repeated(string(4)),
});

export const resource = message(2, {
  attributes: repeated(embedded(1, keyValue)),
  droppedAttributesCount: uint32(2),
  entityRefs: repeated(embedded(3, entityRef)),
});
