const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character]!);
}

/** Other fonts have some of them as well, in black and white. */
const emoji =
  '@font-face{font-family:Emoji;src:local("Noto Color Emoji");unicode-range:U+2600-27BF,U+1F000-1FAFF}';

/** A page with nothing but this, to be taken a picture of. @param width in CSS pixels */
export function page(style: string, content: string, width: number): string {
  return `<!doctype html><html><head><meta charset="utf-8"><style>
${emoji}*{box-sizing:border-box}body{margin:0;background:#fff}main{width:${width}px}${style}
</style></head><body><main>${content}</main></body></html>`;
}
