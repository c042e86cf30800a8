/** The bytes are not the OTLP message they claim to be. Sending them again cannot help. */
export class MalformedOtlp extends Error {
  override readonly name = 'MalformedOtlp';
  /** What is wrong and where, fit to be shown to the sender; never more than 40 characters of the input. */
  readonly reason: string;
  /** The path to the field that is wrong, as `resourceSpans[0].scopeSpans[2].spans`; empty if it is not known. */
  readonly field: string;

  constructor(reason: string, field = '') {
    super(reason);
    this.reason = reason;
    this.field = field;
  }
}
